import type { Backend, ListQuery, OpenObject } from './backend.ts'
import { checkedChecksum } from './checksum.ts'
import { NotFound, StoreError } from './errors.ts'
import { storedHeaders } from './stored-headers.ts'
import { underFreeName } from './free-name.ts'
import { directoryPrefix, encodeKey, fileKey, objectKey } from './keys.ts'
import {
  checkedCount,
  checkedMaxBytes,
  checkedStoreOptions,
  type StoreOptions,
  type StoreSettings,
} from './options.ts'
import { isReservation } from './reservation.ts'
import { retrying } from './retry.ts'
import { save } from './save.ts'
import type {
  CallOptions,
  CopyOptions,
  FileBody,
  FileStat,
  ListedFile,
  Listing,
  OpenOptions,
  SaveOptions,
  Store,
  StoredFile,
} from './store.ts'

/** How many keys one request may delete. */
const MOST_DELETED = 1000

/** A store over a bucket, wherever that is. */
export class BlobStore implements Store {
  readonly #backend: Backend
  readonly #settings: StoreSettings

  constructor(backend: Backend, options: StoreOptions) {
    this.#backend = backend
    this.#settings = checkedStoreOptions(options)
  }

  get publicUrl(): string | undefined {
    return this.#settings.publicUrl
  }

  async save(name: string, body: FileBody, options: SaveOptions = {}): Promise<string> {
    const { location, retries, allowOverwrite, maxBytes, cacheControl } = this.#settings
    const { size, signal, onProgress } = options
    const key = this.#fileKey(this.#objectKey(name))
    return await save(body, {
      backend: this.#backend,
      location,
      retries,
      name: key,
      allowOverwrite: options.allowOverwrite ?? allowOverwrite,
      headers: storedHeaders(key, options, cacheControl),
      checksum: checkedChecksum(options.checksum ?? {}),
      maxBytes: checkedMaxBytes(options.maxBytes ?? maxBytes),
      size: size === undefined ? undefined : checkedCount('size', size),
      signal,
      onProgress,
    })
  }

  async open(key: string, options: OpenOptions = {}): Promise<StoredFile> {
    const { range, ifMatch, signal } = options
    const name = this.#objectKey(key)
    if (range !== undefined) {
      checkedCount('range.offset', range.offset)
      // R2 has no such range either.
      if (range.length === 0) throw new StoreError('ERR_R2_RANGE', 'range.length is 0.')
      if (range.length !== undefined) checkedCount('range.length', range.length)
    }
    const object = await this.#retrying(signal, () =>
      this.#backend.get(name, { range, ifMatch, signal }),
    )
    if (object !== undefined && !isReservation(object.stat)) {
      return storedFile(this.#fileKey(name), object)
    }
    await object?.stream.cancel()
    throw new NotFound(key)
  }

  async stat(key: string, { signal }: CallOptions = {}): Promise<FileStat> {
    const name = this.#objectKey(key)
    const stat = await this.#retrying(signal, () => this.#backend.head(name, signal))
    if (stat === undefined || isReservation(stat)) throw new NotFound(key)
    return { key: this.#fileKey(name), ...stat }
  }

  async exists(key: string, options: CallOptions = {}): Promise<boolean> {
    try {
      await this.stat(key, options)
      return true
    } catch (error) {
      if (error instanceof NotFound) return false
      throw error
    }
  }

  async delete(keys: string | readonly string[], { signal }: CallOptions = {}): Promise<void> {
    const list = Array.isArray(keys) ? keys : [keys as string]
    // All are checked before the first is deleted.
    const names = [...new Set(list.map((key) => this.#objectKey(key)))]
    for (let start = 0; start < names.length; start += MOST_DELETED) {
      const chunk = names.slice(start, start + MOST_DELETED)
      await this.#retrying(signal, () => this.#backend.delete(chunk, signal))
    }
  }

  async list(directory: string = '', { signal }: CallOptions = {}): Promise<Listing> {
    const prefix = directoryPrefix(this.#settings.location, directory)
    const files: ListedFile[] = []
    const directories = new Set<string>()
    for await (const page of this.#pages({ prefix, oneLevel: true, signal })) {
      files.push(...page.files)
      for (const name of page.directories) directories.add(name)
    }
    return { directories: [...directories], files }
  }

  async *listAll(
    directory: string = '',
    { signal }: CallOptions = {},
  ): AsyncGenerator<ListedFile, void> {
    const prefix = directoryPrefix(this.#settings.location, directory)
    for await (const { files } of this.#pages({ prefix, oneLevel: false, signal })) yield* files
  }

  url(key: string): string {
    const name = this.#fileKey(this.#objectKey(key))
    const { publicUrl } = this.#settings
    if (publicUrl !== undefined) return publicUrl + encodeKey(name)
    throw new StoreError(
      'ERR_R2_NO_PUBLIC_URL',
      'The store has no publicUrl. Give it one: the path at which its files are served, or the domain of a public bucket.',
    )
  }

  async copy(from: string, to: string, options: CopyOptions = {}): Promise<string> {
    const { location, retries, allowOverwrite: byDefault } = this.#settings
    const { allowOverwrite = byDefault, signal } = options
    const source = this.#objectKey(from)
    const name = this.#fileKey(this.#objectKey(to))
    if (allowOverwrite && source === location + name) return (await this.stat(from, options)).key
    const target = { backend: this.#backend, location, name, allowOverwrite, retries, signal }
    return await underFreeName(target, async (key) => {
      const condition = { createOnly: !allowOverwrite, signal }
      const isCopied = await this.#backend.copy(source, key, condition)
      if (isCopied === undefined) throw new NotFound(from)
      return isCopied
    })
  }

  async move(from: string, to: string, options: CopyOptions = {}): Promise<string> {
    if (this.#objectKey(from) === this.#objectKey(to)) return (await this.stat(from, options)).key
    const key = await this.copy(from, to, options)
    await this.delete(from, options)
    return key
  }

  async *#pages(
    query: ListQuery,
  ): AsyncGenerator<{ files: ListedFile[]; directories: string[] }, void> {
    const { location } = this.#settings
    let cursor: string | undefined
    do {
      const from = cursor
      const page = await this.#retrying(query.signal, () => this.#backend.list(query, from))
      // What other tools stored under a key that this store refuses is none of its files.
      yield {
        files: page.objects.flatMap((object) => {
          const key = isReservation(object) ? undefined : fileKey(location, object.key)
          return key === undefined ? [] : [{ ...object, key }]
        }),
        directories: page.prefixes.flatMap(
          (prefix) => fileKey(location, prefix.slice(0, -1)) ?? [],
        ),
      }
      cursor = page.cursor
    } while (cursor !== undefined)
  }

  #objectKey(key: string): string {
    return objectKey(this.#settings.location, key)
  }

  #fileKey(name: string): string {
    return name.slice(this.#settings.location.length)
  }

  #retrying<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    return retrying(work, this.#settings.retries, signal)
  }
}

function storedFile(key: string, { stat, range, stream }: OpenObject): StoredFile {
  return {
    key,
    ...stat,
    range,
    stream,
    text: () => new Response(stream).text(),
    json: <Value>() => new Response(stream).json() as Promise<Value>,
    bytes: async () => new Uint8Array(await new Response(stream).arrayBuffer()),
  }
}
