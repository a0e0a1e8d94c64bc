import type { Checksum } from './checksum.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { ByteRange, FileStat, ListedFile } from './store.ts'

/** What is known of an object. */
export type ObjectStat = Omit<FileStat, 'key'>

/** An object whose content can be read. */
export interface OpenObject {
  readonly stat: ObjectStat
  readonly range: ByteRange
  readonly stream: ReadableStream<Uint8Array>
}

/** A body that is there as a whole, and can be sent again. */
export type WholeBody = Uint8Array<ArrayBuffer> | Blob

/** A body of known length that is read once. */
export interface StreamBody {
  readonly chunks: AsyncIterable<Uint8Array<ArrayBuffer>>
  readonly size: number
}

export interface PutOptions {
  readonly headers: StoredHeaders
  /** Stores nothing where the key is taken. */
  readonly createOnly: boolean
  /** The checksum of the body, to be stored with it. */
  readonly checksum: Checksum | undefined
  readonly signal: AbortSignal | undefined
}

export type CopyCondition = Pick<PutOptions, 'createOnly' | 'signal'>

export interface GetOptions {
  readonly range: { readonly offset: number; readonly length?: number } | undefined
  readonly ifMatch: string | undefined
  readonly signal: AbortSignal | undefined
}

export interface ListQuery {
  readonly prefix: string
  /** Whether keys with a further slash are told of by what stands before it only. */
  readonly oneLevel: boolean
  readonly signal: AbortSignal | undefined
}

export interface ListPage {
  readonly objects: readonly ListedFile[]
  /** Prefixes with their slash. */
  readonly prefixes: readonly string[]
  /** Where the next page begins; undefined after the last. */
  readonly cursor: string | undefined
}

/** An upload in parts, of which all but the last have the same size. */
export interface Upload {
  part(
    number: number,
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal | undefined,
  ): Promise<void>
  /**
   * Makes the parts one object, in place of what is there.
   * @param replaces The ETag of what has to be there, if the backend can make sure of that
   */
  complete(replaces: string | undefined, signal: AbortSignal | undefined): Promise<void>
  /** Drops the parts. */
  abort(): Promise<void>
}

/** What a store is made of: the operations of a bucket, by the keys that objects have there. */
export interface Backend {
  head(key: string, signal: AbortSignal | undefined): Promise<ObjectStat | undefined>
  /** @throws {StoreError} `ERR_R2_CHANGED` or `ERR_R2_RANGE` */
  get(key: string, options: GetOptions): Promise<OpenObject | undefined>
  /** @returns Whether the body was stored: false where `createOnly` met an object */
  put(key: string, body: WholeBody, options: PutOptions): Promise<boolean>
  /** Stores a stream in place of what is there; not every backend can. */
  readonly putStream?:
    | ((key: string, body: StreamBody, options: PutOptions) => Promise<void>)
    | undefined
  upload(key: string, headers: StoredHeaders, signal: AbortSignal | undefined): Promise<Upload>
  /** @returns As `put` does; undefined where there is nothing to copy, or only a reservation */
  copy(from: string, to: string, options: CopyCondition): Promise<boolean | undefined>
  /** Deletes up to 1,000 objects. */
  delete(keys: readonly string[], signal: AbortSignal | undefined): Promise<void>
  /** Lists up to 1,000 objects and prefixes. */
  list(query: ListQuery, cursor: string | undefined): Promise<ListPage>
}
