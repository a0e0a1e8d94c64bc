// Comparing a long body with one that was sent before takes a tenth of hashing it, and apps do send
// the same again: entity tags are made for that.

/** Remembered bodies have at most this many bytes each, */
const LONGEST = 256 * 1024
/** and this many together. */
const ALL = 1024 * 1024
/** A tag of which there is no body yet counts as so many: there are many of those as well. */
const TAG_ALONE = 4096
/** A fingerprint is made of so many bytes, spread over the body. */
const SAMPLES = 64

interface Body {
  tag: string
  /** A copy, which nobody changes, from the second time on. */
  bytes: Buffer | undefined
}

/** The bodies that were sent last, with their entity tags. */
export class RepeatedBodies {
  /** By fingerprint, the one that was remembered longest ago first. */
  readonly #bodies = new Map<number, Body>()
  #length = 0

  /**
   * @param bytes A body
   * @param hash Makes its entity tag
   * @returns The entity tag, which is only made where the body is not known
   */
  tagOf(bytes: Buffer, hash: (bytes: Buffer) => string): string {
    if (bytes.length > LONGEST) return hash(bytes)
    const fingerprint = fingerprintOf(bytes)
    const known = this.#bodies.get(fingerprint)
    if (known?.bytes?.equals(bytes)) return known.tag
    const tag = hash(bytes)
    this.#forget(fingerprint)
    this.#remember(fingerprint, { tag, bytes: known?.tag === tag ? Buffer.from(bytes) : undefined })
    return tag
  }

  #remember(fingerprint: number, body: Body): void {
    this.#bodies.set(fingerprint, body)
    this.#length += lengthOf(body)
    for (const oldest of this.#bodies.keys()) {
      if (this.#length <= ALL) break
      this.#forget(oldest)
    }
  }

  #forget(fingerprint: number): void {
    const body = this.#bodies.get(fingerprint)
    if (body === undefined) return
    this.#length -= lengthOf(body)
    this.#bodies.delete(fingerprint)
  }
}

function lengthOf({ bytes }: Body): number {
  return bytes?.length ?? TAG_ALONE
}

/** A number that is the same for the same bytes, and mostly another for others. */
function fingerprintOf(bytes: Buffer): number {
  const { length } = bytes
  const step = Math.max(1, Math.floor(length / SAMPLES))
  let mixed = length
  for (let at = 0; at < length; at += step) mixed = (Math.imul(mixed, 31) + bytes[at]!) | 0
  return mixed
}
