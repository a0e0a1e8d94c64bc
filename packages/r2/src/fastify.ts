import { StoreError } from './errors.ts'
import type { Store } from './store.ts'
import { quoted } from './text.ts'
import {
  checkUpload,
  type FileStream,
  saveUploadedFile,
  type UploadedFile,
  type UploadOptions,
} from './uploaded-file.ts'

export type { UploadedFile, UploadOptions } from './uploaded-file.ts'

/** A file of `@fastify/multipart`, as `request.file()` and `request.files()` give it. */
export interface FilePart {
  type: 'file'
  fieldname: string
  /** The client's name for the file, not to be trusted. */
  filename: string
  mimetype: string
  file: FileStream
}

/** A field of a form that is no file. */
export interface FieldPart {
  type: 'field'
  fieldname: string
  value: unknown
  fieldnameTruncated?: boolean
  valueTruncated?: boolean
}

/** A file that was saved, and what the client said of it. */
export interface SavedPart
  extends UploadedFile, Pick<FilePart, 'fieldname' | 'filename' | 'mimetype'> {}

/** What a form brought. */
export interface SavedForm {
  readonly files: readonly SavedPart[]
  /** The other fields by name; one that came several times has a list. */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * Saves one file of a form, whole or not at all.
 * @param store Where
 * @param part What `request.file()` returned
 * @param options How the file is named and saved
 * @returns The file
 * @throws {StoreError} `ERR_R2_TOO_LARGE`, with status 413, for a file that a limit cut off
 */
export async function saveFile(
  store: Store,
  part: FilePart,
  options: UploadOptions<[part: FilePart]> = {},
): Promise<SavedPart> {
  checkUpload(options)
  const { fieldname, file, filename, mimetype } = part
  const uploaded = await saveUploadedFile(store, file, filename, options, [part])
  return { ...uploaded, fieldname, filename, mimetype }
}

/**
 * Saves the files of a form, all or none.
 * @param store Where
 * @param parts What `request.parts()` returned
 * @param options How the files are named and saved
 * @returns The files, and the other fields
 * @throws {StoreError} As `saveFile`, and what `parts` fails with
 */
export async function saveFiles(
  store: Store,
  parts: AsyncIterable<FilePart | FieldPart>,
  options: UploadOptions<[part: FilePart]> = {},
): Promise<SavedForm> {
  checkUpload(options)
  const files: SavedPart[] = []
  const fields = new Map<string, unknown[]>()
  try {
    for await (const part of parts) {
      if (part.type === 'file') files.push(await saveFile(store, part, options))
      else addField(fields, part)
    }
  } catch (error) {
    await withdraw(store, files, error)
    throw error
  }
  return { files, fields: Object.fromEntries(Array.from(fields, single)) }
}

function addField(fields: Map<string, unknown[]>, part: FieldPart): void {
  const { fieldname, value } = part
  if (part.fieldnameTruncated || part.valueTruncated) {
    throw new StoreError(
      'ERR_R2_TOO_LARGE',
      `The field ${quoted(fieldname)} is longer than the limit of the form (limits.fieldSize).`,
    )
  }
  const values = fields.get(fieldname)
  if (values === undefined) fields.set(fieldname, [value])
  else values.push(value)
}

function single([name, values]: [string, unknown[]]): [string, unknown] {
  return [name, values.length === 1 ? values[0] : values]
}

/** Deletes what was saved before the form failed. */
async function withdraw(store: Store, files: SavedPart[], reason: unknown): Promise<void> {
  const keys = files.map(({ key }) => key)
  try {
    await store.delete(keys)
  } catch (error) {
    throw new AggregateError(
      [reason, error],
      `A form failed, and of its files these could not be deleted: ${keys.join(', ')}`,
      { cause: error },
    )
  }
}
