/** The part of an R2 binding that a store calls. */
export interface R2BucketLike {
  head(key: string): Promise<R2ObjectLike | null>
  get(
    key: string,
    options?: {
      onlyIf?: { etagMatches: string }
      range?: { offset: number; length?: number }
    },
  ): Promise<R2ObjectLike | null>
  put(
    key: string,
    /** Bytes, a `Blob`, or a `ReadableStream` of known length. */
    value: unknown,
    options?: R2PutOptionsLike,
  ): Promise<R2ObjectLike | null>
  createMultipartUpload(
    key: string,
    options?: R2MultipartOptionsLike,
  ): Promise<R2MultipartUploadLike>
  delete(keys: string[]): Promise<void>
  list(options?: { prefix?: string; delimiter?: string; cursor?: string }): Promise<R2ObjectsLike>
}

/** An object; one of `get` has a body too, if it met the condition. */
export interface R2ObjectLike {
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly uploaded: Date
  readonly httpMetadata?: R2HttpMetadataLike
  readonly customMetadata?: Record<string, string>
  readonly checksums: { toJSON(): object }
  readonly storageClass: string
  readonly range?: { offset?: number; length?: number; suffix?: number }
  /** A `ReadableStream`, of which every type package has a declaration of its own. */
  readonly body?: object
}

export interface R2HttpMetadataLike {
  contentType?: string
  contentLanguage?: string
  contentDisposition?: string
  contentEncoding?: string
  cacheControl?: string
  cacheExpiry?: Date
}

export interface R2MultipartOptionsLike {
  httpMetadata?: R2HttpMetadataLike
  customMetadata?: Record<string, string>
  storageClass?: string
}

export interface R2PutOptionsLike extends R2MultipartOptionsLike {
  onlyIf?: { etagDoesNotMatch: string }
  md5?: string
  sha1?: string
  sha256?: string
  sha384?: string
  sha512?: string
}

interface R2MultipartUploadLike {
  uploadPart(partNumber: number, value: ArrayBufferView): Promise<R2UploadedPartLike>
  abort(): Promise<void>
  complete(parts: R2UploadedPartLike[]): Promise<unknown>
}

export interface R2UploadedPartLike {
  partNumber: number
  etag: string
}

interface R2ObjectsLike {
  objects: R2ObjectLike[]
  delimitedPrefixes: string[]
  truncated: boolean
  cursor?: string
}
