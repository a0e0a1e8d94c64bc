/** What can be saved. A stream is read once, to its end or to the first error. */
export type FileBody =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>

/** What a list tells of a file. */
export interface ListedFile {
  /** The name in this store, without the store's `location`. */
  readonly key: string
  /** The length of the whole file, in bytes. */
  readonly size: number
  /** Changes with the content. It stands here without the quotes it has in an HTTP header. */
  readonly etag: string
  readonly uploaded: Date
}

/** What is known of a file. */
export interface FileStat extends ListedFile {
  /** `application/octet-stream` where none was stored. */
  readonly contentType: string
  readonly contentDisposition: string | undefined
  readonly contentEncoding: string | undefined
  readonly contentLanguage: string | undefined
  readonly cacheControl: string | undefined
  readonly expires: Date | undefined
  /** What was saved as `metadata`; names are lower case. */
  readonly metadata: Readonly<Record<string, string>>
  /** Checksums of the content that the store knows, in hexadecimal digits. */
  readonly checksums: Checksums
  /** `Standard` or `InfrequentAccess`. */
  readonly storageClass: string
}

/** A file whose content can be read, once: as a stream or by one of the methods. */
export interface StoredFile extends FileStat {
  /** Which bytes of the file the stream holds. */
  readonly range: ByteRange
  readonly stream: ReadableStream<Uint8Array>
  /** @returns The content as UTF-8 */
  text(): Promise<string>
  /** @returns The content as JSON */
  json<Value = unknown>(): Promise<Value>
  /** @returns The content */
  bytes(): Promise<Uint8Array<ArrayBuffer>>
}

/** Bytes of a file. */
export interface ByteRange {
  /** How many bytes to leave out at the beginning. */
  readonly offset: number
  /** How many bytes to take. */
  readonly length: number
}

/** Checksums in hexadecimal digits, by algorithm. */
export interface Checksums {
  readonly md5?: string
  readonly sha1?: string
  readonly sha256?: string
  readonly sha384?: string
  readonly sha512?: string
}

export interface SaveOptions {
  /** Overrides the store's `allowOverwrite`. */
  allowOverwrite?: boolean
  /** By default what the extension of the name says, or else `application/octet-stream`. */
  contentType?: string
  /**
   * The header field, or what to build it of by RFC 6266: whether browsers show the file or save
   * it, and under which name (by default the last part of the key).
   */
  contentDisposition?: string | { type: 'inline' | 'attachment'; filename?: string }
  contentEncoding?: string
  contentLanguage?: string
  /** Overrides the store's `cacheControl`. */
  cacheControl?: string
  expires?: Date
  /** Up to 8,192 bytes of names and values. Names are letters, digits and dashes. */
  metadata?: Readonly<Record<string, string>>
  /** The length of a stream in bytes, where it is known: saves memory and requests. */
  size?: number
  /** The most bytes to take; overrides the store's `maxBytes`. */
  maxBytes?: number
  /** One checksum that the content has to have; what has another is not stored. */
  checksum?: Checksums
  storageClass?: 'Standard' | 'InfrequentAccess'
  /** Breaks the save off; nothing is stored then. */
  signal?: AbortSignal
  /** Called with the number of bytes taken so far. */
  onProgress?: (bytes: number) => void
}

export interface OpenOptions {
  /** Which bytes to read, the whole file by default. More than there are is cut off. */
  range?: { readonly offset: number; readonly length?: number }
  /** Opens only the file with this etag. */
  ifMatch?: string
  /** Breaks off the look-up, and the reading where the store can. */
  signal?: AbortSignal
}

export interface CallOptions {
  signal?: AbortSignal
}

export interface CopyOptions extends CallOptions {
  /** Overrides the store's `allowOverwrite`. */
  allowOverwrite?: boolean
}

/** One level of a store. */
export interface Listing {
  /** Directories, as other methods take them: without a slash at the end. */
  readonly directories: readonly string[]
  readonly files: readonly ListedFile[]
}

/** Keeps files under keys such as `photos/2026/cat.jpg`. Every method refuses keys alike. */
export interface Store {
  /** Where the files can be fetched: an absolute URL or path that ends with a slash. */
  readonly publicUrl: string | undefined
  /**
   * Saves a file whole, or not at all.
   * @param name The key that the file should have
   * @param body Its content
   * @param options What to store with it, and within what limits
   * @returns The key of the file, which differs from `name` where that was taken
   * @throws {StoreError} What is wrong with the name, the body or the options, or with R2
   */
  save(name: string, body: FileBody, options?: SaveOptions): Promise<string>
  /**
   * Opens a file.
   * @param key The file's key
   * @param options Which part of it, and on what condition
   * @returns What is known of the file, and its content
   * @throws {NotFound} `ERR_R2_NOT_FOUND`
   * @throws {StoreError} `ERR_R2_CHANGED` or `ERR_R2_RANGE`
   */
  open(key: string, options?: OpenOptions): Promise<StoredFile>
  /**
   * Tells of a file without its content.
   * @param key The file's key
   * @returns What is known of the file
   * @throws {NotFound} `ERR_R2_NOT_FOUND`
   */
  stat(key: string, options?: CallOptions): Promise<FileStat>
  /**
   * Tells whether there is a file.
   * @param key The file's key
   * @returns False only for a file that is missing
   * @throws {StoreError} What kept the store from finding out
   */
  exists(key: string, options?: CallOptions): Promise<boolean>
  /**
   * Deletes files; one that is missing is no error.
   * @param keys The keys of any number of files
   */
  delete(keys: string | readonly string[], options?: CallOptions): Promise<void>
  /**
   * Lists what stands directly in a directory, in the order of its UTF-8 bytes.
   * @param directory `photos` or `photos/`; the whole store by default
   * @returns All of it, however much that is
   */
  list(directory?: string, options?: CallOptions): Promise<Listing>
  /**
   * Lists all files below a directory, however deep, in the order of their keys.
   * @param directory `photos` or `photos/`; the whole store by default
   * @returns The files, fetched 1,000 at a time
   */
  listAll(directory?: string, options?: CallOptions): AsyncIterableIterator<ListedFile>
  /**
   * Makes the URL of a file. Nobody looks whether there is one.
   * @param key The file's key
   * @returns The key below `publicUrl`, percent-encoded
   * @throws {StoreError} `ERR_R2_NO_PUBLIC_URL`
   */
  url(key: string): string
  /**
   * Copies a file with all that is stored beside it.
   * @param from The file's key
   * @param to The key that the copy should have
   * @returns The key of the copy, which differs from `to` where that was taken
   * @throws {NotFound} `ERR_R2_NOT_FOUND`
   */
  copy(from: string, to: string, options?: CopyOptions): Promise<string>
  /**
   * Copies a file, and deletes it under its old key.
   * @param from The file's key
   * @param to The key that it should have
   * @returns The new key, which differs from `to` where that was taken
   * @throws {NotFound} `ERR_R2_NOT_FOUND`
   */
  move(from: string, to: string, options?: CopyOptions): Promise<string>
}
