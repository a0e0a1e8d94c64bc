import type { IncomingMessage } from 'node:http'
import { callbackify } from 'node:util'
import {
  checkUpload,
  type FileStream,
  saveUploadedFile,
  type UploadedFile,
  type UploadOptions,
} from './uploaded-file.ts'
import type { Store } from './store.ts'

export type { UploadedFile } from './uploaded-file.ts'

/** A file as multer knows it before it has arrived. */
export interface MulterFile {
  fieldname: string
  /** The client's name for the file, read as Latin-1 unless multer's `defParamCharset` is `utf8`. */
  originalname: string
  mimetype: string
  /** Set by the storage. */
  key?: string
}

export interface R2StorageOptions<Req> extends UploadOptions<[request: Req, file: MulterFile]> {
  store: Store
}

/** A storage engine of multer's. */
export interface R2Storage<Req> {
  _handleFile(
    request: Req,
    file: MulterFile & { stream: FileStream },
    callback: (error?: unknown, info?: UploadedFile) => void,
  ): void
  _removeFile(request: Req, file: MulterFile, callback: (error: Error | null) => void): void
}

declare global {
  namespace Express {
    namespace Multer {
      interface File extends Partial<UploadedFile> {}
    }
  }
}

/**
 * Makes a storage engine for multer, which streams files into a store. `file.key`, `file.size` and
 * `file.url` tell where a file is.
 * @param options The store, and how files are named and saved
 * @returns The engine, for `multer({ storage })`
 * @throws {StoreError} `ERR_R2_OPTION` for an option that is not as described
 */
export function r2Storage<Req = IncomingMessage>(options: R2StorageOptions<Req>): R2Storage<Req> {
  checkUpload(options)
  const { store } = options
  return {
    _handleFile: callbackify((request: Req, file: MulterFile & { stream: FileStream }) =>
      saveUploadedFile(store, file.stream, file.originalname, options, [request, file]),
    ),
    _removeFile: callbackify(async (_request: Req, { key }: MulterFile) => {
      if (key !== undefined) await store.delete(key)
    }),
  }
}
