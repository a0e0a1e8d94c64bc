import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type {
  Backend,
  CopyCondition,
  GetOptions,
  ListPage,
  ListQuery,
  ObjectStat,
  OpenObject,
  PutOptions,
  Upload,
  WholeBody,
} from './backend.ts'
import type { Checksum } from './checksum.ts'
import { StoreError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { encodeKey } from './keys.ts'
import { isReservation } from './reservation.ts'
import type { S3Client } from './s3-client.ts'
import { fromXml } from './s3-errors.ts'
import { headersToStore, statOf, withoutQuotes } from './s3-headers.ts'
import { S3Upload } from './s3-upload.ts'
import { escapeXml, textOf, type XmlElement } from './s3-xml.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { quoted } from './text.ts'

/** A bucket by R2's S3 API. */
export class S3Backend implements Backend {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(client: S3Client, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  async head(key: string, signal: AbortSignal | undefined): Promise<ObjectStat | undefined> {
    const answer = await found(this.#client.send({ method: 'HEAD', key, signal }))
    if (answer !== undefined) {
      await answer.stream.cancel()
      return statOf(answer.headers)
    }
    // The answer to HEAD does not say what is missing: it may be the bucket.
    const object = await this.get(key, { range: undefined, ifMatch: undefined, signal })
    await object?.stream.cancel()
    return object?.stat
  }

  async get(key: string, { range, ifMatch, signal }: GetOptions): Promise<OpenObject | undefined> {
    const headers = {
      ...(range !== undefined && { range: rangeField(range) }),
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    }
    const answer = await found(this.#client.send({ method: 'GET', key, headers, signal }))
    if (answer === undefined) return undefined
    const stat = statOf(answer.headers)
    const [offset = 0, length = stat.size] = servedRange(answer)
    return { stat, range: { offset, length }, stream: answer.stream }
  }

  async put(key: string, body: WholeBody, options: PutOptions): Promise<boolean> {
    const { headers, createOnly, checksum, signal } = options
    return await unlessTaken(
      this.#client.sendOnly({
        method: 'PUT',
        key,
        headers: {
          ...headersToStore(headers),
          ...checksumField(checksum),
          ...(createOnly && { 'if-none-match': '*' }),
        },
        body,
        signal,
      }),
      createOnly,
    )
  }

  async upload(
    key: string,
    headers: StoredHeaders,
    signal: AbortSignal | undefined,
  ): Promise<Upload> {
    const started = await this.#client.sendForXml({
      method: 'POST',
      key,
      query: { uploads: '' },
      headers: headersToStore(headers),
      signal,
    })
    return new S3Upload(this.#client, key, textOf(started, 'UploadId'))
  }

  async copy(
    from: string,
    to: string,
    { createOnly, signal }: CopyCondition,
  ): Promise<boolean | undefined> {
    const source = await this.head(from, signal)
    if (source === undefined || isReservation(source)) return undefined
    return await unlessTaken(
      this.#client.sendForXml({
        method: 'PUT',
        key: to,
        headers: {
          'x-amz-copy-source': `/${this.#bucket}/${encodeKey(from)}`,
          // https://developers.cloudflare.com/r2/api/s3/extensions/
          ...(createOnly && { 'cf-copy-destination-if-none-match': '*' }),
        },
        signal,
      }),
      createOnly,
    )
  }

  async delete(keys: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const body = `<Delete><Quiet>true</Quiet>${keys
      .map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`)
      .join('')}</Delete>`
    const result = await this.#client.sendForXml({
      method: 'POST',
      query: { delete: '' },
      headers: { 'content-type': 'application/xml', 'content-md5': md5Of(body) },
      body,
      signal,
    })
    const error = result.children.find(({ name }) => name === 'Error')
    if (error !== undefined) throw fromXml(`DELETE ${quoted(textOf(error, 'Key'))}`, error, 200)
  }

  async list(
    { prefix, oneLevel, signal }: ListQuery,
    cursor: string | undefined,
  ): Promise<ListPage> {
    const result = await this.#client.sendForXml({
      method: 'GET',
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        prefix,
        ...(oneLevel && { delimiter: '/' }),
        ...(cursor !== undefined && { 'continuation-token': cursor }),
      },
      signal,
    })
    return {
      objects: childrenOf(result, 'Contents').map((object) => ({
        key: decodeListed(textOf(object, 'Key')),
        size: Number(textOf(object, 'Size')),
        etag: withoutQuotes(textOf(object, 'ETag')),
        uploaded: new Date(textOf(object, 'LastModified')),
      })),
      prefixes: childrenOf(result, 'CommonPrefixes').map((element) =>
        decodeListed(textOf(element, 'Prefix')),
      ),
      cursor: cursorAfter(result),
    }
  }
}

function cursorAfter(result: XmlElement): string | undefined {
  if (textOf(result, 'IsTruncated') !== 'true') return undefined
  const cursor = textOf(result, 'NextContinuationToken')
  if (cursor !== '') return cursor
  throw new StoreError('ERR_R2_FAILED', 'R2 said that a list goes on, and not where.')
}

async function found(answer: Promise<Answer>): Promise<Answer | undefined> {
  return await answer.catch((error: unknown) => {
    if (error instanceof StoreError && error.code === 'ERR_R2_NOT_FOUND') return undefined
    throw error
  })
}

/** @returns Whether the condition of a create-only request held */
async function unlessTaken(answer: Promise<unknown>, createOnly: boolean): Promise<boolean> {
  try {
    await answer
    return true
  } catch (error) {
    if (createOnly && error instanceof StoreError && error.code === 'ERR_R2_CHANGED') return false
    throw error
  }
}

function rangeField({ offset, length }: { offset: number; length?: number }): string {
  return `bytes=${offset}-${length === undefined ? '' : offset + length - 1}`
}

/** The offset and length of what an answer holds, where it is not the whole. */
function servedRange({ headers }: Answer): [] | [offset: number, length: number] {
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') ?? []
  if (first === undefined || last === undefined) return []
  return [Number(first), Number(last) - Number(first) + 1]
}

function checksumField(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  const { algorithm, value } = checksum
  const base64 = Buffer.from(value, 'hex').toString('base64')
  if (algorithm === 'md5') return { 'content-md5': base64 }
  // R2's S3 API knows no others.
  if (algorithm === 'sha1' || algorithm === 'sha256')
    return { [`x-amz-checksum-${algorithm}`]: base64 }
  return {}
}

function md5Of(text: string): string {
  return createHash('md5').update(text).digest('base64')
}

function childrenOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name === name)
}

/** Keys are listed in percent-encoding, as XML cannot hold all; a blank may stand there as a plus. */
function decodeListed(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}
