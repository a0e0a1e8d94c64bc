/**
 * Where the verifier logs; `console` and pino are loggers. A method that is missing is not called:
 * `{}` logs nothing.
 */
export interface AccessLogger {
  /** Each identity that was let in, by its kind. */
  debug?(message: string): void
  /** Each request that was refused, by its error. */
  info?(message: string): void
  /** Keys that could not be fetched; the identity for development. */
  warn?(message: string): void
  /** Requests that could not be decided. */
  error?(message: string): void
}

/** What is used where no logger is given. */
export const consoleLogger: AccessLogger = {
  warn: (message) => console.warn(message),
  error: (message) => console.error(message),
}
