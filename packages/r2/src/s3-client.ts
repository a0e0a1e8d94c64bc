import { AwsV4Signer } from 'aws4fetch'
import { StoreError } from './errors.ts'
import { encodeKey } from './keys.ts'
import { type Answer, contentOf, exchange } from './exchange.ts'
import { fromAnswer, fromXml } from './s3-errors.ts'
import { parseXml, type XmlElement } from './s3-xml.ts'
import { quoted } from './text.ts'

/** Where a bucket is, and who asks. */
export interface S3Credentials {
  /** The URL of the S3 API, with a slash at its end. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

export interface S3Request {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** The key of an object; undefined for the bucket. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | Blob
  readonly signal?: AbortSignal | undefined
}

/** Signs requests to a bucket, and sends them. */
export class S3Client {
  readonly #credentials: S3Credentials
  /** Signing keys, which hold for a day. */
  readonly #cache = new Map<string, ArrayBuffer>()

  constructor(credentials: S3Credentials) {
    this.#credentials = credentials
  }

  /**
   * Sends a request.
   * @returns An answer of success, whose content is to be read or cancelled
   * @throws {StoreError} What went wrong; or the signal's reason
   */
  async send(request: S3Request): Promise<Answer> {
    const { method, body, signal } = request
    const { url, headers } = await this.#signer(request, {}).sign()
    return await this.#attempt(request, async (what) => {
      const answer = await exchange({
        url,
        method,
        headers: Object.fromEntries(headers),
        body,
        signal,
      })
      if (answer.status >= 200 && answer.status < 300) return answer
      throw fromAnswer(what, answer.status, await contentOf(answer))
    })
  }

  /** Sends a request whose answer says nothing more than that it was done. */
  async sendOnly(request: S3Request): Promise<Answer['headers']> {
    const answer = await this.send(request)
    await this.#attempt(request, () => contentOf(answer))
    return answer.headers
  }

  /** Sends a request that is answered in XML. */
  async sendForXml(request: S3Request): Promise<XmlElement> {
    const answer = await this.send(request)
    return await this.#attempt(request, async (what) => {
      const element = parseXml(await contentOf(answer))
      // A long copy begins its answer before it knows how it ends.
      if (element.name === 'Error') throw fromXml(what, element, answer.status)
      return element
    })
  }

  /**
   * Signs a URL that anybody can use for a while, with exactly these headers.
   * @param request What it allows
   * @param expiresIn For how long, in seconds
   * @returns The URL
   */
  async presign(request: S3Request, expiresIn: number): Promise<string> {
    const query = { ...request.query, 'X-Amz-Expires': String(expiresIn) }
    const signer = this.#signer({ ...request, query }, { signQuery: true, allHeaders: true })
    const { url } = await signer.sign()
    // A blank is signed as %20, which every server understands.
    return url.href.replaceAll('+', '%20')
  }

  #signer(
    { method, key, query = {}, headers = {} }: S3Request,
    options: { signQuery?: boolean; allHeaders?: boolean },
  ): AwsV4Signer {
    const { endpoint, bucket, sessionToken, ...credentials } = this.#credentials
    const path = key === undefined ? bucket : `${bucket}/${encodeKey(key)}`
    const search = Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&')
    return new AwsV4Signer({
      ...credentials,
      ...options,
      ...(sessionToken !== undefined && { sessionToken }),
      service: 's3',
      cache: this.#cache,
      method,
      url: `${endpoint}${path}${search && `?${search}`}`,
      headers,
    })
  }

  async #attempt<Result>(
    { method, key, signal }: S3Request,
    work: (what: string) => Promise<Result>,
  ): Promise<Result> {
    const what = `${method} ${quoted(key ?? this.#credentials.bucket)}`
    try {
      return await work(what)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof StoreError) throw error
      const reason = (error as Error).message
      throw new StoreError('ERR_R2_UNAVAILABLE', `R2 was not reached: ${what}: ${reason}`, {
        cause: error,
      })
    }
  }
}
