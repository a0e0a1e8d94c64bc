import { createHash, type Hash } from 'node:crypto'
import { StoreError } from './errors.ts'
import type { Checksums } from './store.ts'
import { quoted } from './text.ts'

const LENGTHS = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 } as const

type ChecksumAlgorithm = keyof typeof LENGTHS

/** One checksum that a body has to have. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Hexadecimal digits in lower case. */
  readonly value: string
}

/**
 * Checks the option `checksum`.
 * @param checksums What was given
 * @returns The one checksum
 * @throws {StoreError} `ERR_R2_CHECKSUM`
 */
export function checkedChecksum(checksums: Checksums): Checksum | undefined {
  const given = Object.entries(checksums).filter(([, value]) => value !== undefined)
  if (given.length === 0) return undefined
  const [algorithm, value] = given[0] as [string, string]
  if (given.length > 1 || !Object.hasOwn(LENGTHS, algorithm)) {
    throw new StoreError(
      'ERR_R2_CHECKSUM',
      `checksum takes one of ${Object.keys(LENGTHS).join(', ')}; got ${given.map(([name]) => name).join(', ')}.`,
    )
  }
  const length = LENGTHS[algorithm as ChecksumAlgorithm]
  if (typeof value !== 'string' || value.length !== length || !/^[\da-f]+$/i.test(value)) {
    throw new StoreError(
      'ERR_R2_CHECKSUM',
      `checksum.${algorithm} must be ${length} hexadecimal digits; got ${quoted(value)}.`,
    )
  }
  return { algorithm: algorithm as ChecksumAlgorithm, value: value.toLowerCase() }
}

/** Computes the checksum of a body while it goes by. */
export class ChecksumCheck {
  readonly #expected: Checksum
  readonly #hash: Hash

  constructor(expected: Checksum) {
    this.#expected = expected
    this.#hash = createHash(expected.algorithm)
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  /** @throws {StoreError} `ERR_R2_CHECKSUM` */
  verify(): void {
    const { algorithm, value } = this.#expected
    const actual = this.#hash.digest('hex')
    if (actual === value) return
    throw new StoreError(
      'ERR_R2_CHECKSUM',
      `The body has the ${algorithm} ${actual}, not ${value}. Nothing was stored.`,
    )
  }
}

/**
 * Verifies the checksum of a body that is there as a whole.
 * @throws {StoreError} `ERR_R2_CHECKSUM`
 */
export async function verifyChecksum(body: Uint8Array | Blob, expected: Checksum): Promise<void> {
  const check = new ChecksumCheck(expected)
  if (body instanceof Blob) for await (const chunk of body.stream()) check.update(chunk)
  else check.update(body)
  check.verify()
}
