import type { Upload } from './backend.ts'
import type { S3Client } from './s3-client.ts'
import { escapeXml } from './s3-xml.ts'

/** An upload in parts by R2's S3 API. */
export class S3Upload implements Upload {
  readonly #client: S3Client
  readonly #key: string
  readonly #uploadId: string
  readonly #etags: string[] = []

  constructor(client: S3Client, key: string, uploadId: string) {
    this.#client = client
    this.#key = key
    this.#uploadId = uploadId
  }

  async part(
    number: number,
    body: Uint8Array<ArrayBuffer>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { etag = '' } = await this.#client.sendOnly({
      method: 'PUT',
      key: this.#key,
      query: { partNumber: String(number), uploadId: this.#uploadId },
      body,
      signal,
    })
    this.#etags[number - 1] = etag
  }

  async complete(replaces: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    const parts = this.#etags.map(
      (etag, index) =>
        `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
    )
    await this.#client.sendForXml({
      method: 'POST',
      key: this.#key,
      query: { uploadId: this.#uploadId },
      headers: {
        'content-type': 'application/xml',
        // R2 takes a condition here, unlike by a binding.
        ...(replaces !== undefined && { 'if-match': `"${replaces}"` }),
      },
      body: `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`,
      signal,
    })
  }

  async abort(): Promise<void> {
    const query = { uploadId: this.#uploadId }
    await this.#client.sendOnly({ method: 'DELETE', key: this.#key, query })
  }
}
