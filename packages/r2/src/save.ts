import type { PutOptions, WholeBody } from './backend.ts'
import { BodyReader, tooLarge, wholeBody, wrongLength } from './body.ts'
import { type Checksum, ChecksumCheck, verifyChecksum } from './checksum.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { type Target, underFreeName } from './free-name.ts'
import { objectKey } from './keys.ts'
import { Reservation } from './reservation.ts'
import { retrying } from './retry.ts'
import type { FileBody } from './store.ts'
import { LARGEST_PUT, partSizeFor, SMALLEST_PART, uploadInParts } from './upload.ts'

/** A save as it was asked for, checked and with the defaults of its store. */
export interface SaveRequest extends Target {
  readonly headers: StoredHeaders
  readonly checksum: Checksum | undefined
  readonly maxBytes: number
  /** The length of the body, where it is known. */
  readonly size: number | undefined
  readonly onProgress: ((bytes: number) => void) | undefined
}

/**
 * Saves a body whole, or not at all.
 * @returns The file's key
 */
export async function save(body: FileBody, request: SaveRequest): Promise<string> {
  const { size, maxBytes, checksum, signal } = request
  const whole = wholeBody(body)
  if (whole === undefined) return await saveStream(body as StreamedBody, request)
  const length = lengthOf(whole)
  if (size !== undefined && size !== length) throw wrongLength(size, length)
  if (length > LARGEST_PUT) {
    return await saveStream(new Blob([whole]).stream(), { ...request, size: length })
  }
  if (length > maxBytes) throw tooLarge(maxBytes)
  if (checksum !== undefined) await verifyChecksum(whole, checksum)
  signal?.throwIfAborted()
  return await saveWhole(whole, request)
}

async function saveWhole(body: WholeBody, request: SaveRequest): Promise<string> {
  const { backend, onProgress } = request
  const options = putOptions(request)
  const name = await underFreeName(request, (key) => backend.put(key, body, options))
  onProgress?.(lengthOf(body))
  return name
}

async function saveStream(body: StreamedBody, request: SaveRequest): Promise<string> {
  const { size, maxBytes, signal, onProgress } = request
  const check = request.checksum && new ChecksumCheck(request.checksum)
  const reader = new BodyReader(body, {
    maxBytes,
    size,
    signal,
    onChunk(chunk, total) {
      check?.update(chunk)
      onProgress?.(total)
    },
    onEnd: () => check?.verify(),
  })
  try {
    if (size !== undefined && size > maxBytes) throw tooLarge(maxBytes)
    return await saveRead(reader, request)
  } catch (error) {
    void reader.cancel(error)
    throw reader.failure ?? error
  }
}

async function saveRead(reader: BodyReader, request: SaveRequest): Promise<string> {
  const { backend, location, name, allowOverwrite, size } = request
  if (
    allowOverwrite &&
    backend.putStream !== undefined &&
    size !== undefined &&
    size > SMALLEST_PART &&
    size <= LARGEST_PUT
  ) {
    const chunks = reader.chunks()
    await backend.putStream(objectKey(location, name), { chunks, size }, putOptions(request))
    return name
  }
  const partSize = partSizeFor(size)
  // One byte more than a part tells whether the body goes on.
  const first = await reader.fill(partSize + 1)
  if (first.byteLength <= partSize) {
    return await saveWhole(first, { ...request, onProgress: undefined })
  }
  const upload = (key: string, reservation?: Reservation): Promise<void> =>
    uploadInParts(reader, first, { ...request, key, reservation })
  if (!allowOverwrite) return await saveReserved(request, upload)
  await upload(objectKey(location, name))
  return name
}

/** Keeps the name of a file until all of it is there. */
async function saveReserved(
  request: SaveRequest,
  upload: (key: string, reservation: Reservation) => Promise<void>,
): Promise<string> {
  const { backend, location, retries, signal } = request
  const reservation = new Reservation(backend)
  try {
    const name = await underFreeName(request, (key) => reservation.take(key, signal))
    await upload(objectKey(location, name), reservation)
    return name
  } catch (error) {
    // Should this fail too, the name stays taken; what went wrong first is what the caller needs.
    await retrying(() => reservation.release(), retries).catch(() => {})
    throw error
  }
}

type StreamedBody = ReadableStream<Uint8Array | string> | AsyncIterable<Uint8Array | string>

function putOptions({ headers, allowOverwrite, checksum, signal }: SaveRequest): PutOptions {
  return { headers, createOnly: !allowOverwrite, checksum, signal }
}

function lengthOf(body: WholeBody): number {
  return body instanceof Blob ? body.size : body.byteLength
}
