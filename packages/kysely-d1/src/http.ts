export { D1HttpDialect } from './http-dialect.ts'
export { D1HttpError, type D1HttpErrorCode } from './http-errors.ts'
export type { BodyReader, D1HttpDialectOptions, FetchLike, ResponseLike } from './http-options.ts'
