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
import { StoreError } from './errors.ts'
import { isReservation } from './reservation.ts'
import type { Checksums } from './store.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { quoted } from './text.ts'

interface MemoryObject {
  readonly stat: ObjectStat
  readonly content: Blob
}

/** As many as R2 lists at a time, so that what cannot page is noticed here too. */
const PAGE_SIZE = 1000

/** A bucket in memory, which answers as R2 does and forgets with the process. */
export class MemoryBucket implements Backend {
  readonly #objects = new Map<string, MemoryObject>()

  async head(key: string): Promise<ObjectStat | undefined> {
    return this.#objects.get(key)?.stat
  }

  async get(key: string, { range, ifMatch }: GetOptions): Promise<OpenObject | undefined> {
    const object = this.#objects.get(key)
    if (object === undefined) return undefined
    const { stat, content } = object
    if (ifMatch !== undefined && ifMatch !== stat.etag) {
      throw new StoreError(
        'ERR_R2_CHANGED',
        `The file ${quoted(key)} has the ETag ${stat.etag}, not ${ifMatch}.`,
      )
    }
    const offset = range?.offset ?? 0
    if (range !== undefined && offset >= stat.size) {
      throw new StoreError(
        'ERR_R2_RANGE',
        `The file ${quoted(key)} has ${stat.size} bytes, and none at ${offset}.`,
      )
    }
    const length = Math.min(range?.length ?? Infinity, stat.size - offset)
    const stream = content.slice(offset, offset + length).stream()
    return { stat, range: { offset, length }, stream }
  }

  async put(key: string, body: WholeBody, options: PutOptions): Promise<boolean> {
    const { headers, createOnly, checksum } = options
    // A copy: the caller's bytes may change.
    const bytes = new Uint8Array(body instanceof Blob ? await body.arrayBuffer() : body)
    if (createOnly && this.#objects.has(key)) return false
    const md5 = md5Of(bytes).toString('hex')
    const checksums = { md5, ...(checksum && { [checksum.algorithm]: checksum.value }) }
    this.#store(key, new Blob([bytes]), headers, md5, checksums)
    return true
  }

  async upload(key: string, headers: StoredHeaders): Promise<Upload> {
    const parts: Uint8Array<ArrayBuffer>[] = []
    return {
      part: async (number, bytes) => {
        parts[number - 1] = new Uint8Array(bytes)
      },
      complete: async (replaces) => {
        if (replaces !== undefined && replaces !== this.#objects.get(key)?.stat.etag) {
          throw new StoreError('ERR_R2_CHANGED', `There is another file ${quoted(key)} by now.`)
        }
        const digests = parts.map((part) => md5Of(part))
        const etag = `${md5Of(Buffer.concat(digests)).toString('hex')}-${parts.length}`
        this.#store(key, new Blob(parts), headers, etag, {})
      },
      abort: async () => {},
    }
  }

  async copy(
    from: string,
    to: string,
    { createOnly }: CopyCondition,
  ): Promise<boolean | undefined> {
    const object = this.#objects.get(from)
    if (object === undefined || isReservation(object.stat)) return undefined
    if (createOnly && this.#objects.has(to)) return false
    const { stat, content } = object
    this.#objects.set(to, { content, stat: { ...stat, uploaded: new Date() } })
    return true
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#objects.delete(key)
  }

  async list({ prefix, oneLevel }: ListQuery, cursor: string | undefined): Promise<ListPage> {
    const names = new Set<string>()
    for (const key of this.#objects.keys()) {
      if (!key.startsWith(prefix)) continue
      const slash = oneLevel ? key.indexOf('/', prefix.length) : -1
      names.add(slash === -1 ? key : key.slice(0, slash + 1))
    }
    const sorted = [...names]
      .filter((name) => cursor === undefined || compareBytes(name, cursor) > 0)
      .toSorted(compareBytes)
    const page = sorted.slice(0, PAGE_SIZE)
    return {
      objects: page.flatMap((key) => {
        const { stat } = this.#objects.get(key) ?? {}
        if (stat === undefined) return []
        return [{ key, size: stat.size, etag: stat.etag, uploaded: stat.uploaded }]
      }),
      prefixes: page.filter((name) => !this.#objects.has(name)),
      cursor: sorted.length > PAGE_SIZE ? page.at(-1) : undefined,
    }
  }

  #store(
    key: string,
    content: Blob,
    headers: StoredHeaders,
    etag: string,
    checksums: Checksums,
  ): void {
    const { storageClass = 'Standard', ...fields } = headers
    const size = content.size
    const stat = { ...fields, size, etag, uploaded: new Date(), checksums, storageClass }
    this.#objects.set(key, { stat, content })
  }
}

function md5Of(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}

/** The order in which R2 lists keys, which is not that of JavaScript's strings. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
