import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

// Signature version 4 as its specification says, and by nothing that signs:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html

export interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const MOST_SKEW = 15 * 60 * 1000
const LONGEST_EXPIRY = 604_800

/**
 * Verifies the signature of a request.
 * @param request The request, whose target is as it came
 * @param key Who may ask
 * @returns The S3 code of what is wrong, with the reason; undefined where nothing is
 */
export function whyNotAllowed(
  request: IncomingMessage,
  key: Key,
): readonly [code: string, message: string] | undefined {
  const [path = '', search = ''] = request.url!.split(/\?(.*)/s)
  const query = search === '' ? [] : search.split('&').map(pairOf)
  const parameters = new Map(query)
  const isPresigned = parameters.has('X-Amz-Signature')
  const given = isPresigned ? fromQuery(parameters) : fromHeader(request)
  if (given === undefined) return ['Unauthorized', 'there is no signature']
  const { credential, signedHeaders, signature, date, expires, token } = given

  const [accessKeyId, day, region, service, terminator] = credential.split('/')
  const scope = `${day}/${region}/${service}/${terminator}`
  if (scope !== `${date.slice(0, 8)}/auto/s3/aws4_request`)
    return ['AccessDenied', `scope ${scope}`]
  if (accessKeyId !== key.accessKeyId) return ['Unauthorized', `access key ${accessKeyId}`]
  if (token !== key.sessionToken) return ['Unauthorized', 'session token']

  const age = Date.now() - Date.parse(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
  if (Number.isNaN(age) || age < -MOST_SKEW) return ['RequestTimeTooSkewed', date]
  if (expires === undefined ? age > MOST_SKEW : age > expires * 1000) {
    return expires === undefined ? ['RequestTimeTooSkewed', date] : ['ExpiredRequest', date]
  }
  if (expires !== undefined && !(expires >= 1 && expires <= LONGEST_EXPIRY)) {
    return ['AuthorizationQueryParametersError', `expires ${expires}`]
  }
  for (const name of Object.keys(request.headers)) {
    const hasToBeSigned = name === 'host' || name.startsWith('x-amz-')
    if (hasToBeSigned && !signedHeaders.includes(name)) {
      return ['AccessDenied', `header ${name} is not signed`]
    }
  }

  const canonicalRequest = [
    request.method,
    encode(decodeURIComponent(path), true),
    query
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join('&'),
    ...signedHeaders.map((name) => `${name}:${fieldOf(request, name)}`),
    '',
    signedHeaders.join(';'),
    isPresigned ? 'UNSIGNED-PAYLOAD' : request.headers['x-amz-content-sha256'],
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest)].join('\n')
  let signingKey: string | Buffer = `AWS4${key.secretAccessKey}`
  for (const part of scope.split('/')) signingKey = hmac(signingKey, part)
  const expected = hmac(signingKey, toSign)
  const actual = Buffer.from(signature, 'hex')
  if (actual.byteLength === expected.byteLength && timingSafeEqual(actual, expected))
    return undefined
  return ['SignatureDoesNotMatch', canonicalRequest]
}

interface GivenSignature {
  readonly credential: string
  readonly signedHeaders: string[]
  readonly signature: string
  readonly date: string
  readonly expires: number | undefined
  readonly token: string | undefined
}

function fromHeader({ headers }: IncomingMessage): GivenSignature | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([\da-f]+)$/.exec(
      headers.authorization ?? '',
    )
  if (match === null) return undefined
  return {
    credential: match[1]!,
    signedHeaders: match[2]!.split(';'),
    signature: match[3]!,
    date: String(headers['x-amz-date']),
    expires: undefined,
    token: headers['x-amz-security-token'] as string | undefined,
  }
}

function fromQuery(query: ReadonlyMap<string, string>): GivenSignature | undefined {
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined
  return {
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    expires: Number(query.get('X-Amz-Expires')),
    token: query.get('X-Amz-Security-Token'),
  }
}

function fieldOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name]).trim().replaceAll(/ +/g, ' ')
}

function pairOf(pair: string): [string, string] {
  const [name = '', value = ''] = pair.split(/=(.*)/s)
  // A plus is a plus here: not every server takes it for a blank.
  return [decodeURIComponent(name), decodeURIComponent(value)]
}

/** All but unreserved characters as %XX; in a path the slash stays too. */
function encode(text: string, isPath = false): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      if (/[\w.~-]/.test(character) || (isPath && character === '/')) return character
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
