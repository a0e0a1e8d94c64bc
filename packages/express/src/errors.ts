/** Codes of the errors that this package raises. */
export type ExpressAdapterErrorCode =
  | 'ERR_EXPRESS_APP'
  | 'ERR_EXPRESS_ENGINE'
  | 'ERR_EXPRESS_VIEW'
  | 'ERR_EXPRESS_VIEWS_MISSING'
  | 'ERR_EXPRESS_VIEWS_TOO_LATE'

/** An error in how an app was handed to this package. */
export class ExpressAdapterError extends Error {
  override readonly name: string = 'ExpressAdapterError'
  readonly code: ExpressAdapterErrorCode

  constructor(code: ExpressAdapterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
