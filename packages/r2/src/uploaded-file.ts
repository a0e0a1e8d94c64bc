import { StoreError } from './errors.ts'
import { splitExtension } from './names.ts'
import type { SaveOptions, Store } from './store.ts'

/** How files of an upload are saved; `Source` is what is known of a file before it arrives. */
export interface UploadOptions<Source extends unknown[]> {
  /** Names a file; by default random characters, with the extension of the client's name. */
  key?: (...source: Source) => string | Promise<string>
  /**
   * Options of the save, `maxBytes` and `onProgress` among them. What the client says of a file's
   * type does not count: as with any save, the key's extension does.
   */
  save?: SaveOptions | ((...source: Source) => SaveOptions | Promise<SaveOptions>)
}

/** What was saved of an upload. */
export interface UploadedFile {
  readonly key: string
  /** In bytes. */
  readonly size: number
  /** Where the file can be fetched; undefined for a store without `publicUrl`. */
  readonly url: string | undefined
}

/** A file's stream, as busboy makes it. */
export interface FileStream {
  /** Whether the stream ended at a limit. It is not known before. */
  readonly truncated?: boolean
  resume(): unknown
  iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Uint8Array>
}

/** Checks the options when they are given, not when they are first used. */
export function checkUpload<Source extends unknown[]>({ key, save }: UploadOptions<Source>): void {
  if (key !== undefined && typeof key !== 'function') {
    throw new StoreError('ERR_R2_OPTION', `key must be a function; got ${typeof key}.`)
  }
  if (save !== undefined && typeof save !== 'function' && typeof save !== 'object') {
    throw new StoreError('ERR_R2_OPTION', `save must be options or a function; got ${typeof save}.`)
  }
}

/**
 * Saves one file of an upload, whole or not at all.
 * @param store Where
 * @param stream The file's content
 * @param clientName What the client calls the file
 * @param options Under which key, and how
 * @param source What is known of the file
 */
export async function saveUploadedFile<Source extends unknown[]>(
  store: Store,
  stream: FileStream,
  clientName: string | undefined,
  { key: keyOf, save = {} }: UploadOptions<Source>,
  source: Source,
): Promise<UploadedFile> {
  let size = 0
  try {
    const name = keyOf === undefined ? randomKey(clientName) : await keyOf(...source)
    const options = typeof save === 'function' ? await save(...source) : save
    const onProgress = (bytes: number): void => {
      size = bytes
      options.onProgress?.(bytes)
    }
    const key = await store.save(name, untilEnd(stream), { ...options, onProgress })
    return { key, size, url: store.publicUrl === undefined ? undefined : store.url(key) }
  } catch (error) {
    // The parser waits for as long as nobody reads.
    stream.resume()
    throw error
  }
}

async function* untilEnd(stream: FileStream): AsyncGenerator<Uint8Array, void> {
  // What is read no further is not destroyed, which would be an error to the parser.
  yield* stream.iterator({ destroyOnReturn: false })
  if (stream.truncated) {
    throw new StoreError(
      'ERR_R2_TOO_LARGE',
      'The file is larger than the limit of the upload (limits.fileSize).',
    )
  }
}

/** A key that no client chose. */
function randomKey(clientName = ''): string {
  const { extension } = splitExtension(clientName)
  const isPlain = /^\.[A-Za-z0-9]{1,16}$/.test(extension)
  return crypto.randomUUID() + (isPlain ? extension.toLowerCase() : '')
}
