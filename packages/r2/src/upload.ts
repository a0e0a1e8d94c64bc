import type { Backend, Upload } from './backend.ts'
import type { BodyReader } from './body.ts'
import { StoreError } from './errors.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { isReservation, type Reservation } from './reservation.ts'
import { retrying } from './retry.ts'

// https://developers.cloudflare.com/r2/platform/limits/
/** The least that a part may have, but for the last one, in bytes. */
export const SMALLEST_PART: number = 5 * 1024 ** 2
const MOST_PARTS = 10_000
/** The most that one request may store, in bytes. */
export const LARGEST_PUT: number = 5 * 1024 ** 3 - 5 * 1024 ** 2

/** Where a body goes in parts. */
export interface UploadTarget {
  readonly backend: Backend
  readonly key: string
  readonly headers: StoredHeaders
  readonly retries: number
  readonly signal: AbortSignal | undefined
  /** What keeps the key until all of the body is there. */
  readonly reservation: Reservation | undefined
}

/**
 * Says how large the parts of a body are, all but the last.
 * @param size The length of the body in bytes, where it is known
 * @returns A number of bytes
 */
export function partSizeFor(size: number = 0): number {
  return Math.max(SMALLEST_PART, Math.ceil(size / MOST_PARTS))
}

/**
 * Stores the rest of a body in parts, of which two at a time are held in memory.
 * @param reader Where the body comes from
 * @param first The first part, and one byte more
 * @param target Where it goes
 */
export async function uploadInParts(
  reader: BodyReader,
  first: Uint8Array<ArrayBuffer>,
  target: UploadTarget,
): Promise<void> {
  const { backend, key, headers, retries, signal } = target
  const upload = await retrying(() => backend.upload(key, headers, signal), retries, signal)
  try {
    const size = await sendParts(reader, first, upload, target)
    await complete(upload, size, target)
  } catch (error) {
    // What cannot be dropped now is dropped by R2 after a week.
    await upload.abort().catch(() => {})
    throw error
  }
}

/** Sends one part while the next is read. */
async function sendParts(
  reader: BodyReader,
  first: Uint8Array<ArrayBuffer>,
  upload: Upload,
  { retries, signal }: UploadTarget,
): Promise<number> {
  const partSize = first.byteLength - 1
  let part = first.subarray(0, partSize)
  let spare = new ArrayBuffer(partSize)
  new Uint8Array(spare).set(first.subarray(partSize))
  let filled = 1
  let size = 0
  for (let number = 1; part.byteLength > 0; number += 1) {
    if (number > MOST_PARTS) throw tooManyParts(partSize)
    const sent = part
    const sending = retrying(() => upload.part(number, sent, signal), retries, signal)
    try {
      const read = await Promise.all([reader.fill(partSize, spare, filled), sending])
      part = read[0]
    } catch (error) {
      // No upload is dropped while one of its parts is on the way.
      await sending.catch(() => {})
      throw error
    }
    size += sent.byteLength
    spare = sent.buffer
    filled = 0
  }
  return size
}

async function complete(
  upload: Upload,
  size: number,
  { backend, key, retries, signal, reservation }: UploadTarget,
): Promise<void> {
  let hasFailed = false
  const completeOnce = async (): Promise<void> => {
    try {
      await upload.complete(reservation?.etag, signal)
    } catch (error) {
      // An answer that was lost is no upload that was: the second try finds the first one's work.
      if (hasFailed) {
        const stat = await backend.head(key, signal)
        if (stat?.size === size && !isReservation(stat)) return
      }
      hasFailed = true
      throw error
    }
  }
  if (reservation !== undefined) await retrying(() => reservation.check(signal), retries, signal)
  await retrying(completeOnce, retries, signal)
}

function tooManyParts(partSize: number): StoreError {
  return new StoreError(
    'ERR_R2_TOO_LARGE',
    `A body of unknown length can have ${MOST_PARTS * partSize} bytes; give its size to save more.`,
  )
}
