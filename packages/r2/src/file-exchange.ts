import { evaluateConditions, isRangeWanted } from './conditions.ts'
import { StoreError } from './errors.ts'
import { cacheHeaders, fileHeaders } from './response-headers.ts'
import { parseRange, placeRange, type RequestedRange } from './request-range.ts'
import type { ServeSettings } from './serve-options.ts'
import type { ByteRange, FileStat, Store, StoredFile } from './store.ts'

/** One request for a file, answered from one version of it. */
export class FileExchange {
  readonly #store: Store
  readonly #settings: ServeSettings
  readonly #key: string
  readonly #headers: Headers

  constructor(store: Store, settings: ServeSettings, key: string, headers: Headers) {
    this.#store = store
    this.#settings = settings
    this.#key = key
    this.#headers = headers
  }

  async head(): Promise<Response> {
    const file = await this.#store.stat(this.#key)
    return this.#unmet(file) ?? new Response(null, { headers: fileHeaders(file, this.#settings) })
  }

  async get(): Promise<Response> {
    const range = parseRange(this.#headers.get('range'))
    if (range === undefined) return this.#whole()
    // What is overwritten again and again is sent whole, as a server always may.
    return (await this.#part(range)) ?? (await this.#part(range)) ?? this.#whole()
  }

  async #whole(): Promise<Response> {
    const file = await this.#store.open(this.#key)
    return this.#unmet(file) ?? send(200, file, fileHeaders(file, this.#settings))
  }

  /** @returns Undefined where the file was overwritten between two looks at it */
  async #part(range: RequestedRange): Promise<Response | undefined> {
    const file = await this.#find(range)
    const unmet = this.#unmet(file)
    if (unmet !== undefined) return unmet
    const place = placeRange(range, file.size)
    if (!isRangeWanted(this.#headers, file) || place?.length === 0) {
      discard(file)
      return this.#whole()
    }
    if (place === undefined) {
      discard(file)
      return refusal(416, { 'accept-ranges': 'bytes', 'content-range': `bytes */${file.size}` })
    }
    const part = isOpen(file) ? file : await this.#openPart(place, file.etag)
    if (part === undefined) return undefined
    const { offset, length } = part.range
    return send(206, part, {
      ...fileHeaders(part, this.#settings),
      'content-length': String(length),
      'content-range': `bytes ${offset}-${offset + length - 1}/${part.size}`,
    })
  }

  /** Opens the file at the range, in one call, or only looks at it where its size has to be known. */
  async #find(range: RequestedRange): Promise<StoredFile | FileStat> {
    if ('suffix' in range) return this.#store.stat(this.#key)
    const { first, last } = range
    const place = { offset: first, ...(last !== undefined && { length: last - first + 1 }) }
    return (
      (await unless('ERR_R2_RANGE', this.#store.open(this.#key, { range: place }))) ??
      this.#store.stat(this.#key)
    )
  }

  #openPart(range: ByteRange, etag: string): Promise<StoredFile | undefined> {
    return unless('ERR_R2_CHANGED', this.#store.open(this.#key, { range, ifMatch: etag }))
  }

  /** The answer in place of the file, where a condition of the request is not met. */
  #unmet(file: StoredFile | FileStat): Response | undefined {
    const status = evaluateConditions(this.#headers, file)
    if (status === 200) return undefined
    discard(file)
    if (status === 412) return refusal(412)
    return new Response(null, { status, headers: cacheHeaders(file, this.#settings) })
  }
}

/** An answer without a file. What is missing now may be there with the next request. */
export function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

function send(
  status: number,
  { stream, contentEncoding }: StoredFile,
  headers: Record<string, string>,
): Response {
  const init: WorkersResponseInit = { status, headers }
  // Or else Workers would compress once more what was saved compressed.
  if (contentEncoding !== undefined) init.encodeBody = 'manual'
  return new Response(stream, init)
}

interface WorkersResponseInit extends ResponseInit {
  encodeBody?: 'manual'
}

function isOpen(file: StoredFile | FileStat): file is StoredFile {
  return 'stream' in file
}

/** Lets go of a content that nobody will read. */
function discard(file: StoredFile | FileStat): void {
  if (isOpen(file)) file.stream.cancel().catch(() => {})
}

/** What a promise resolves to; undefined where it rejects with this code. */
async function unless(
  code: StoreError['code'],
  opened: Promise<StoredFile>,
): Promise<StoredFile | undefined> {
  try {
    return await opened
  } catch (error) {
    if (error instanceof StoreError && error.code === code) return undefined
    throw error
  }
}
