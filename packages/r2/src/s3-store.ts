import { checkedBaseUrl } from './base-url.ts'
import { BlobStore } from './blob-store.ts'
import { tooLarge } from './body.ts'
import { StoreError } from './errors.ts'
import { objectKey } from './keys.ts'
import {
  checkedCount,
  checkedStoreOptions,
  type StoreOptions,
  type StoreSettings,
} from './options.ts'
import { S3Backend } from './s3-backend.ts'
import { S3Client, type S3Credentials } from './s3-client.ts'
import { headersToStore } from './s3-headers.ts'
import type { SaveOptions } from './store.ts'
import { contentDispositionField, headerValue, storedHeaders } from './stored-headers.ts'
import { quoted } from './text.ts'
import { LARGEST_PUT } from './upload.ts'

export interface S3StoreOptions extends StoreOptions {
  /** `https://<account id>.r2.cloudflarestorage.com` */
  endpoint: string
  /** The name of the bucket. */
  bucket: string
  /** The access key of an API token for R2. */
  accessKeyId: string
  /** The secret of that key. */
  secretAccessKey: string
  /** The third part of temporary credentials. */
  sessionToken?: string
  /** The region of signatures; `auto` by default, which is R2's. */
  region?: string
}

/** What an upload by a presigned URL has to look like. */
export interface PresignUploadOptions extends Pick<
  SaveOptions,
  | 'allowOverwrite'
  | 'cacheControl'
  | 'contentDisposition'
  | 'contentEncoding'
  | 'contentLanguage'
  | 'contentType'
  | 'expires'
  | 'metadata'
  | 'storageClass'
> {
  /** The length of the body, in bytes. */
  size: number
  /** For how long the URL holds, in seconds from 1 to 604,800 (7 days); 900 by default. */
  expiresIn?: number
}

/** What to send: `fetch(url, { method, headers, body })`. */
export interface PresignedUpload {
  readonly url: string
  readonly method: 'PUT'
  /** All have to be sent as they are; `Content-Length`, which clients set themselves, too. */
  readonly headers: Readonly<Record<string, string>>
}

export interface PresignDownloadOptions {
  /** For how long the URL holds, in seconds from 1 to 604,800 (7 days); 900 by default. */
  expiresIn?: number
  /** Replaces what is stored with the file, for this URL. */
  contentDisposition?: SaveOptions['contentDisposition']
  /** Replaces what is stored with the file, for this URL. */
  contentType?: string
}

/** A URL can be signed for 7 days at most. */
const LONGEST_EXPIRY = 604_800

/** Keeps files in an R2 bucket, through R2's S3 API: for apps that run elsewhere, and for URLs. */
export class S3Store extends BlobStore {
  readonly #client: S3Client
  readonly #settings: StoreSettings

  /**
   * @param options The bucket, who asks, and how to use it
   * @throws {StoreError} `ERR_R2_OPTION` for an option that is not as described
   */
  constructor(options: S3StoreOptions) {
    const credentials = checkedCredentials(options)
    const client = new S3Client(credentials)
    super(new S3Backend(client, credentials.bucket), options)
    this.#client = client
    this.#settings = checkedStoreOptions(options)
  }

  /**
   * Signs a request by which somebody else can upload one file, of this length and type. Unless
   * overwriting is allowed, it succeeds only while there is no file of this name.
   * @param key The file's key
   * @param options What the request has to look like
   * @returns The URL, and the headers that have to be sent
   * @throws {StoreError} `ERR_R2_KEY`, `ERR_R2_METADATA`, `ERR_R2_OPTION` or `ERR_R2_TOO_LARGE`
   */
  async presignUpload(key: string, options: PresignUploadOptions): Promise<PresignedUpload> {
    const { location, maxBytes, cacheControl, allowOverwrite: byDefault } = this.#settings
    const { size, expiresIn, allowOverwrite = byDefault } = options
    const most = Math.min(maxBytes, LARGEST_PUT)
    if (checkedCount('size', size) > most) throw tooLarge(most)
    const name = objectKey(location, key)
    const stored = storedHeaders(name.slice(location.length), options, cacheControl)
    const headers = {
      // With a condition, browsers send this of themselves, and R2 would store what nobody signed.
      ...(!allowOverwrite && { 'cache-control': 'no-cache', 'if-none-match': '*' }),
      ...headersToStore(stored),
    }
    const url = await this.#client.presign(
      { method: 'PUT', key: name, headers: { ...headers, 'content-length': String(size) } },
      checkedExpiry(expiresIn),
    )
    return { url, method: 'PUT', headers }
  }

  /**
   * Signs a URL at which anybody can fetch a file for a while.
   * @param key The file's key; nobody looks whether there is one
   * @param options For how long, and what the answer is to say
   * @returns The URL
   * @throws {StoreError} `ERR_R2_KEY`, `ERR_R2_METADATA` or `ERR_R2_OPTION`
   */
  async presignDownload(key: string, options: PresignDownloadOptions = {}): Promise<string> {
    const name = objectKey(this.#settings.location, key)
    const disposition = contentDispositionField(key, options.contentDisposition)
    const type = headerValue('contentType', options.contentType)
    const query = {
      ...(disposition !== undefined && { 'response-content-disposition': disposition }),
      ...(type !== undefined && { 'response-content-type': type }),
    }
    const request = { method: 'GET', key: name, query } as const
    return await this.#client.presign(request, checkedExpiry(options.expiresIn))
  }
}

function checkedExpiry(expiresIn: number = 900): number {
  if (expiresIn === 0) throw new StoreError('ERR_R2_OPTION', 'expiresIn must be 1 second or more.')
  return checkedCount('expiresIn', expiresIn, LONGEST_EXPIRY)
}

function checkedCredentials(options: S3StoreOptions): S3Credentials {
  const { bucket, region = 'auto', sessionToken } = options
  if (typeof bucket !== 'string' || !/^[a-z\d](?:[a-z\d.-]{1,61})[a-z\d]$/.test(bucket)) {
    throw new StoreError(
      'ERR_R2_OPTION',
      `bucket must be the name of a bucket: 3 to 63 lower-case letters, digits and dashes; got ${quoted(bucket)}.`,
    )
  }
  for (const name of ['accessKeyId', 'secretAccessKey'] as const) {
    if (typeof options[name] === 'string' && options[name] !== '') continue
    throw new StoreError('ERR_R2_OPTION', `${name} must be a string that is not empty.`)
  }
  return {
    endpoint: checkedBaseUrl('endpoint', options.endpoint, false),
    bucket,
    region,
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    sessionToken,
  }
}
