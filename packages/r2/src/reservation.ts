import type { Backend } from './backend.ts'
import { StoreError } from './errors.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { ListedFile } from './store.ts'
import { encodeText, quoted } from './text.ts'

// An upload in parts replaces what is under its key when it is complete, whatever that is: R2 knows
// no condition there. So a name that must not be taken twice is reserved first, with a small object
// that can be put on a condition. It has always the same content, hence an ETag by which every list
// tells it from files without another request: stores show it nowhere.

const CONTENT = encodeText(
  '@node-cf/r2 is uploading a file to this place (bbba0303-67d2-4962-9fd1-dce5010390c2).\n',
)
/** The MD5 of the content, which R2 takes for the ETag. */
const ETAG = 'f340bde1e4141f4ff2048b077cce95dd'
/** Names who made the reservation. */
const OWNER = 'reservation'
const HEADERS: Omit<StoredHeaders, 'metadata'> = {
  contentType: 'text/plain',
  contentDisposition: undefined,
  contentEncoding: undefined,
  contentLanguage: undefined,
  // Nor should whoever reads the bucket without a store keep it.
  cacheControl: 'no-store',
  expires: undefined,
  storageClass: undefined,
}

/** Whether an object only keeps the place of a file. */
export function isReservation({ etag, size }: Pick<ListedFile, 'etag' | 'size'>): boolean {
  return etag === ETAG && size === CONTENT.byteLength
}

/** A name that is kept for one upload. */
export class Reservation {
  readonly etag: string = ETAG
  readonly #backend: Backend
  readonly #owner = crypto.randomUUID()
  #key = ''

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** @returns Whether the name was free */
  async take(key: string, signal: AbortSignal | undefined): Promise<boolean> {
    const isRepeated = key === this.#key
    this.#key = key
    const isTaken = await this.#backend.put(key, CONTENT, {
      headers: { ...HEADERS, metadata: { [OWNER]: this.#owner } },
      createOnly: true,
      checksum: undefined,
      signal,
    })
    // It may have been taken the first time, and only the answer was lost.
    return isTaken || (isRepeated && (await this.#isHeld(signal)))
  }

  /** @throws {StoreError} `ERR_R2_CHANGED` where somebody deleted or replaced it meanwhile */
  async check(signal: AbortSignal | undefined): Promise<void> {
    if (await this.#isHeld(signal)) return
    throw new StoreError(
      'ERR_R2_CHANGED',
      `${quoted(this.#key)} was deleted or overwritten while it was being uploaded. Nothing was stored.`,
    )
  }

  /** Frees the name, if it is still kept. */
  async release(): Promise<void> {
    if (await this.#isHeld(undefined)) await this.#backend.delete([this.#key], undefined)
  }

  async #isHeld(signal: AbortSignal | undefined): Promise<boolean> {
    const stat = await this.#backend.head(this.#key, signal)
    return stat !== undefined && isReservation(stat) && stat.metadata[OWNER] === this.#owner
  }
}
