import type { R2Bucket, R2HTTPMetadata, R2Object, R2PutOptions } from '@cloudflare/workers-types'

// The operations of R2's S3 API that S3Store uses, over a real bucket. Who asks was looked at before.

/** What is answered with a status of failure, and XML. */
class Failure extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

interface Call {
  readonly bucket: R2Bucket
  readonly key: string
  readonly query: URLSearchParams
  readonly request: Request
}

export default {
  async fetch(request: Request, { BUCKET }: { BUCKET: R2Bucket }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const [, bucket, ...segments] = pathname.split('/')
    const key = decodeURIComponent(segments.join('/'))
    try {
      if (bucket !== 'test-bucket') throw new Failure(404, 'NoSuchBucket')
      return await operationOf(
        request.method,
        key,
        searchParams,
      )({
        bucket: BUCKET,
        key,
        query: searchParams,
        request,
      })
    } catch (error) {
      const { status, code } = failureOf(error)
      return xml(`<Error><Code>${code}</Code><Message>It &amp; failed.</Message></Error>`, status)
    }
  },
}

function operationOf(
  method: string,
  key: string,
  query: URLSearchParams,
): (call: Call) => Promise<Response> {
  if (key === '') {
    if (method === 'GET' && query.get('list-type') === '2') return list
    if (method === 'POST' && query.has('delete')) return deleteMany
  } else if (method === 'GET' || method === 'HEAD') {
    return get
  } else if (method === 'PUT') {
    return query.has('uploadId') ? uploadPart : put
  } else if (method === 'POST') {
    if (query.has('uploads')) return createUpload
    if (query.has('uploadId')) return completeUpload
  } else if (method === 'DELETE' && query.has('uploadId')) {
    return abortUpload
  }
  throw new Failure(501, 'NotImplemented')
}

async function get({ bucket, key, query, request }: Call): Promise<Response> {
  const { headers, method } = request
  const head = await bucket.head(key)
  if (head === null) throw new Failure(404, 'NoSuchKey')
  const ifMatch = headers.get('if-match')
  if (ifMatch !== null && ifMatch !== head.httpEtag) throw new Failure(412, 'PreconditionFailed')
  const answer = new Headers(storedFields(head))
  answer.set('x-object-size', String(head.size))
  const disposition = query.get('response-content-disposition')
  if (disposition !== null) answer.set('content-disposition', disposition)
  const type = query.get('response-content-type')
  if (type !== null) answer.set('content-type', type)
  if (method === 'HEAD') return new Response(null, { headers: answer })

  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.get('range') ?? '') ?? []
  if (first === undefined) return answerWith((await bucket.get(key))!.body, 200, answer)
  const offset = Number(first)
  if (offset >= head.size) throw new Failure(416, 'InvalidRange')
  const end = last === '' ? head.size : Math.min(Number(last) + 1, head.size)
  const part = await bucket.get(key, { range: { offset, length: end - offset } })
  answer.set('content-range', `bytes ${offset}-${end - 1}/${head.size}`)
  return answerWith(part!.body, 206, answer)
}

function answerWith(body: unknown, status: number, headers: Headers): Response {
  // What is stored encoded is sent as it is.
  const init = { status, headers, encodeBody: 'manual' }
  return new Response(body as ReadableStream, init)
}

async function put({ bucket, key, request }: Call): Promise<Response> {
  const { headers } = request
  const source = headers.get('x-amz-copy-source')
  if (source !== null) return await copy(bucket, decodeURIComponent(source), key, headers)
  const options: R2PutOptions = {
    httpMetadata: httpMetadataOf(headers),
    customMetadata: metadataOf(headers),
  }
  for (const [algorithm, name] of [
    ['md5', 'content-md5'],
    ['sha1', 'x-amz-checksum-sha1'],
    ['sha256', 'x-amz-checksum-sha256'],
  ] as const) {
    const value = headers.get(name)
    if (value !== null) options[algorithm] = Buffer.from(value, 'base64').toString('hex')
  }
  if (headers.get('if-none-match') === '*') options.onlyIf = { etagDoesNotMatch: '*' }
  const object = await bucket.put(key, await request.arrayBuffer(), options)
  if (object === null) throw new Failure(412, 'PreconditionFailed')
  return new Response(null, { headers: { etag: object.httpEtag } })
}

async function copy(
  bucket: R2Bucket,
  source: string,
  key: string,
  headers: Headers,
): Promise<Response> {
  const [, name, ...segments] = source.split('/')
  if (name !== 'test-bucket') throw new Failure(404, 'NoSuchBucket')
  const original = await bucket.get(segments.join('/'))
  if (original === null) throw new Failure(404, 'NoSuchKey')
  const { httpMetadata = {}, customMetadata = {}, body } = original
  const object = await bucket.put(key, body, {
    httpMetadata,
    customMetadata,
    ...(headers.get('cf-copy-destination-if-none-match') === '*' && {
      onlyIf: { etagDoesNotMatch: '*' },
    }),
  })
  if (object === null) throw new Failure(412, 'PreconditionFailed')
  return xml(`<CopyObjectResult><ETag>&quot;${object.etag}&quot;</ETag></CopyObjectResult>`)
}

async function createUpload({ bucket, key, request }: Call): Promise<Response> {
  const { uploadId } = await bucket.createMultipartUpload(key, {
    httpMetadata: httpMetadataOf(request.headers),
    customMetadata: metadataOf(request.headers),
  })
  return xml(
    `<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
  )
}

async function uploadPart({ bucket, key, query, request }: Call): Promise<Response> {
  const upload = bucket.resumeMultipartUpload(key, query.get('uploadId')!)
  const number = Number(query.get('partNumber'))
  const { etag } = await upload.uploadPart(number, await request.arrayBuffer())
  return new Response(null, { headers: { etag: `"${etag}"` } })
}

async function completeUpload({ bucket, key, query, request }: Call): Promise<Response> {
  const upload = bucket.resumeMultipartUpload(key, query.get('uploadId')!)
  const text = await request.text()
  const parts = [
    ...text.matchAll(/<Part><PartNumber>(\d+)<\/PartNumber><ETag>"([^"<]+)"<\/ETag><\/Part>/g),
  ].map(([, number, etag]) => ({ partNumber: Number(number), etag: etag! }))
  const ifMatch = request.headers.get('if-match')
  if (ifMatch !== null && ifMatch !== (await bucket.head(key))?.httpEtag) {
    await upload.abort()
    throw new Failure(412, 'PreconditionFailed')
  }
  const { etag } = await upload.complete(parts)
  return xml(
    `<CompleteMultipartUploadResult><ETag>&quot;${etag}&quot;</ETag></CompleteMultipartUploadResult>`,
  )
}

async function abortUpload({ bucket, key, query }: Call): Promise<Response> {
  await bucket.resumeMultipartUpload(key, query.get('uploadId')!).abort()
  return new Response(null, { status: 204 })
}

async function deleteMany({ bucket, request }: Call): Promise<Response> {
  const text = await request.text()
  const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) =>
    key!.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
  )
  const locked = keys.filter((key) => key.endsWith('.locked'))
  await bucket.delete(keys.filter((key) => !locked.includes(key)))
  const errors = locked.map(
    (key) => `<Error><Key>${key}</Key><Code>AccessDenied</Code><Message>locked</Message></Error>`,
  )
  return xml(`<DeleteResult>${errors.join('')}</DeleteResult>`)
}

async function list({ bucket, query }: Call): Promise<Response> {
  const cursor = query.get('continuation-token')
  const delimiter = query.get('delimiter')
  const page = await bucket.list({
    prefix: query.get('prefix') ?? '',
    ...(delimiter !== null && { delimiter }),
    ...(cursor !== null && { cursor }),
  })
  // As S3 does: a blank is a plus.
  const encode = (key: string): string => encodeURIComponent(key).replaceAll('%20', '+')
  const objects = page.objects.map(
    ({ key, size, httpEtag, uploaded }) =>
      `<Contents><Key>${encode(key)}</Key><LastModified>${uploaded.toISOString()}</LastModified><ETag>${httpEtag.replaceAll('"', '&quot;')}</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>\n`,
  )
  const prefixes = page.delimitedPrefixes.map(
    (prefix) => `<CommonPrefixes><Prefix>${encode(prefix)}</Prefix></CommonPrefixes>`,
  )
  const next = page.truncated ? `<NextContinuationToken>${page.cursor}</NextContinuationToken>` : ''
  return xml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>test-bucket</Name><IsTruncated>${page.truncated}</IsTruncated><Prefix/>${next}${objects.join('')}${prefixes.join('')}</ListBucketResult>`,
  )
}

function xml(text: string, status = 200): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/xml' } })
}

function storedFields(object: R2Object): Record<string, string> {
  const { httpMetadata = {}, customMetadata = {} } = object
  const { contentType, contentDisposition, contentEncoding, contentLanguage } = httpMetadata
  return {
    etag: object.httpEtag,
    'last-modified': object.uploaded.toUTCString(),
    'accept-ranges': 'bytes',
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(contentDisposition !== undefined && { 'content-disposition': contentDisposition }),
    ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    ...(contentLanguage !== undefined && { 'content-language': contentLanguage }),
    ...(httpMetadata.cacheControl !== undefined && { 'cache-control': httpMetadata.cacheControl }),
    ...(httpMetadata.cacheExpiry !== undefined && {
      expires: httpMetadata.cacheExpiry.toUTCString(),
    }),
    ...Object.fromEntries(
      Object.entries(customMetadata).map(([name, value]) => [`x-amz-meta-${name}`, worded(value)]),
    ),
  }
}

function httpMetadataOf(headers: Headers): R2HTTPMetadata {
  const metadata: R2HTTPMetadata = {}
  for (const [field, name] of [
    ['content-type', 'contentType'],
    ['content-disposition', 'contentDisposition'],
    ['content-encoding', 'contentEncoding'],
    ['content-language', 'contentLanguage'],
    ['cache-control', 'cacheControl'],
  ] as const) {
    const value = headers.get(field)
    if (value !== null) metadata[name] = value
  }
  const expires = headers.get('expires')
  if (expires !== null) metadata.cacheExpiry = new Date(expires)
  return metadata
}

function metadataOf(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name.slice('x-amz-meta-'.length), unworded(value)]),
  )
}

/** RFC 2047's Q encoding, other than the store's own. */
function worded(value: string): string {
  if (/^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(value) && !value.includes('=?')) return value
  const codes = [...Buffer.from(value)].map(
    (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return `=?utf-8?Q?${codes.join('')}?=`
}

function unworded(value: string): string {
  if (!value.startsWith('=?')) return value
  return value
    .split(' ')
    .map((word) => {
      const [, base64] = /^=\?UTF-8\?B\?(.*)\?=$/.exec(word) ?? []
      if (base64 === undefined || word.length > 75) throw new Failure(400, 'InvalidArgument')
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))
    })
    .join('')
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const [, number] = /\((\d+)\)$/.exec((error as Error).message) ?? []
  const codes: Record<string, Failure> = {
    '10012': new Failure(400, 'MetadataTooLarge'),
    '10020': new Failure(400, 'InvalidObjectName'),
    '10024': new Failure(404, 'NoSuchUpload'),
    '10025': new Failure(400, 'InvalidPart'),
    '10037': new Failure(400, 'BadDigest'),
  }
  return codes[number ?? ''] ?? new Failure(500, 'InternalError')
}
