import type {
  Backend,
  CopyCondition,
  GetOptions,
  ListPage,
  ListQuery,
  ObjectStat,
  OpenObject,
  PutOptions,
  StreamBody,
  Upload,
  WholeBody,
} from './backend.ts'
import { StoreError } from './errors.ts'
import { type StoredHeaders, OCTET_STREAM } from './stored-headers.ts'
import type {
  R2BucketLike,
  R2HttpMetadataLike,
  R2MultipartOptionsLike,
  R2ObjectLike,
  R2PutOptionsLike,
  R2UploadedPartLike,
} from './r2-bucket.ts'
import { fromBinding } from './r2-errors.ts'
import { isReservation } from './reservation.ts'
import { quoted } from './text.ts'

/** A stream that has to bring exactly so many bytes; only Workers have it, and R2 asks for it. */
declare const FixedLengthStream: new (size: number) => {
  readable: ReadableStream
  writable: WritableStream<Uint8Array>
}

const CREATE_ONLY = { etagDoesNotMatch: '*' }

/** A bucket by its binding. */
export class R2Backend implements Backend {
  readonly #bucket: () => R2BucketLike

  /** Where there is no such stream, as beside a simulated bucket on Node, bodies go in parts. */
  readonly putStream: Backend['putStream']

  constructor(bucket: () => R2BucketLike) {
    this.#bucket = bucket
    this.putStream =
      typeof FixedLengthStream === 'function'
        ? (key, body, options) => this.#putStream(key, body, options)
        : undefined
  }

  async head(key: string): Promise<ObjectStat | undefined> {
    const object = await this.#call(key, (bucket) => bucket.head(key))
    return object === null ? undefined : statOf(object)
  }

  async get(key: string, { range, ifMatch }: GetOptions): Promise<OpenObject | undefined> {
    const object = await this.#call(key, (bucket) =>
      bucket.get(key, {
        ...(range !== undefined && { range }),
        ...(ifMatch !== undefined && { onlyIf: { etagMatches: ifMatch } }),
      }),
    ).catch(async (error: StoreError) => {
      throw (range && (await this.#beyondEnd(key, range.offset, error))) ?? error
    })
    if (object === null) return undefined
    if (object.body === undefined) {
      throw new StoreError(
        'ERR_R2_CHANGED',
        `The file ${quoted(key)} has the ETag ${object.etag}, not ${ifMatch}.`,
      )
    }
    const { offset = 0, length = object.size - offset } = object.range ?? {}
    return {
      stat: statOf(object),
      range: { offset, length },
      stream: object.body as ReadableStream<Uint8Array>,
    }
  }

  async put(key: string, body: WholeBody, options: PutOptions): Promise<boolean> {
    const stored = await this.#call(key, (bucket) => bucket.put(key, body, putOptions(options)))
    return stored !== null
  }

  async #putStream(key: string, { chunks, size }: StreamBody, options: PutOptions): Promise<void> {
    const { readable, writable } = new FixedLengthStream(size)
    const storing = this.#call(key, (bucket) => bucket.put(key, readable, putOptions(options)))
    const writer = writable.getWriter()
    const sending = (async () => {
      try {
        for await (const chunk of chunks) await writer.write(chunk)
        await writer.close()
      } catch (error) {
        await writer.abort(error).catch(() => {})
        throw error
      }
    })()
    try {
      await Promise.all([storing, sending])
    } catch (error) {
      // Nobody writes this key again before R2 has given it up.
      await storing.catch(() => {})
      throw error
    }
  }

  async upload(key: string, headers: StoredHeaders): Promise<Upload> {
    const upload = await this.#call(key, (bucket) =>
      bucket.createMultipartUpload(key, multipartOptions(headers)),
    )
    const parts: R2UploadedPartLike[] = []
    return {
      part: async (number, bytes) => {
        parts.push(await this.#call(key, () => upload.uploadPart(number, bytes)))
      },
      complete: async () => void (await this.#call(key, () => upload.complete(parts))),
      abort: () => this.#call(key, () => upload.abort()),
    }
  }

  async copy(
    from: string,
    to: string,
    { createOnly }: CopyCondition,
  ): Promise<boolean | undefined> {
    // To ask costs less than to send a large file in vain.
    if (createOnly && (await this.head(to)) !== undefined) return false
    const object = await this.#call(from, (bucket) => bucket.get(from))
    if (object?.body === undefined) return undefined
    const { body } = object
    if (isReservation(object)) {
      await (body as ReadableStream).cancel()
      return undefined
    }
    const { httpMetadata, customMetadata, storageClass } = object
    const stored = await this.#call(to, (bucket) =>
      bucket.put(to, body, {
        ...(httpMetadata !== undefined && { httpMetadata }),
        ...(customMetadata !== undefined && { customMetadata }),
        ...(storageClass !== '' && { storageClass }),
        ...(createOnly && { onlyIf: CREATE_ONLY }),
      }),
    )
    return stored !== null
  }

  async delete(keys: readonly string[]): Promise<void> {
    await this.#call(keys[0], (bucket) => bucket.delete([...keys]))
  }

  async list({ prefix, oneLevel }: ListQuery, cursor: string | undefined): Promise<ListPage> {
    const page = await this.#call(prefix, (bucket) =>
      bucket.list({
        prefix,
        ...(oneLevel && { delimiter: '/' }),
        ...(cursor !== undefined && { cursor }),
      }),
    )
    return {
      objects: page.objects.map(({ key, size, etag, uploaded }) => ({ key, size, etag, uploaded })),
      prefixes: page.delimitedPrefixes,
      cursor: page.truncated ? page.cursor : undefined,
    }
  }

  /** R2 has no code for a range that begins exactly at the end of an object. */
  async #beyondEnd(key: string, offset: number, error: StoreError): Promise<Error | undefined> {
    const stat = error.code === 'ERR_R2_FAILED' ? await this.head(key) : undefined
    if (stat === undefined || offset < stat.size) return undefined
    const message = `The file ${quoted(key)} has ${stat.size} bytes, and none at ${offset}.`
    return new StoreError('ERR_R2_RANGE', message, { cause: error })
  }

  async #call<Result>(
    key: string | undefined,
    work: (bucket: R2BucketLike) => Promise<Result>,
  ): Promise<Result> {
    const bucket = this.#bucket()
    try {
      return await work(bucket)
    } catch (error) {
      throw fromBinding(error, key)
    }
  }
}

function statOf(object: R2ObjectLike): ObjectStat {
  const { size, etag, uploaded, httpMetadata = {}, customMetadata = {}, storageClass } = object
  return {
    size,
    etag,
    uploaded,
    contentType: httpMetadata.contentType ?? OCTET_STREAM,
    contentDisposition: httpMetadata.contentDisposition,
    contentEncoding: httpMetadata.contentEncoding,
    contentLanguage: httpMetadata.contentLanguage,
    cacheControl: httpMetadata.cacheControl,
    expires: httpMetadata.cacheExpiry,
    metadata: customMetadata,
    checksums: Object.fromEntries(
      Object.entries(object.checksums.toJSON()).filter(([, value]) => value !== undefined),
    ),
    // The simulator knows none.
    storageClass: storageClass || 'Standard',
  }
}

function putOptions({ headers, createOnly, checksum }: PutOptions): R2PutOptionsLike {
  return {
    ...multipartOptions(headers),
    ...(createOnly && { onlyIf: CREATE_ONLY }),
    ...(checksum !== undefined && { [checksum.algorithm]: checksum.value }),
  }
}

function multipartOptions(headers: StoredHeaders): R2MultipartOptionsLike {
  const { expires, metadata, storageClass } = headers
  const httpMetadata: R2HttpMetadataLike = {
    contentType: headers.contentType,
    ...(headers.contentDisposition !== undefined && {
      contentDisposition: headers.contentDisposition,
    }),
    ...(headers.contentEncoding !== undefined && { contentEncoding: headers.contentEncoding }),
    ...(headers.contentLanguage !== undefined && { contentLanguage: headers.contentLanguage }),
    ...(headers.cacheControl !== undefined && { cacheControl: headers.cacheControl }),
    ...(expires !== undefined && { cacheExpiry: expires }),
  }
  return {
    httpMetadata,
    customMetadata: { ...metadata },
    ...(storageClass !== undefined && { storageClass }),
  }
}
