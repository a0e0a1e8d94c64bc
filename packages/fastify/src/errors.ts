/** Codes of the errors that this package raises. */
export type FastifyAdapterErrorCode =
  | 'ERR_FASTIFY_APP'
  | 'ERR_FASTIFY_NOT_LISTENING'
  | 'ERR_FASTIFY_PLUGIN_IO'
  | 'ERR_FASTIFY_TOO_LATE'
  | 'ERR_FASTIFY_VERSION'
  | 'ERR_FASTIFY_WEBSOCKET'

/** An error in how an app was handed to this package, or in what it does while it starts. */
export class FastifyAdapterError extends Error {
  override readonly name: string = 'FastifyAdapterError'
  readonly code: FastifyAdapterErrorCode

  constructor(code: FastifyAdapterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** @param call What was called while a request is served */
export function tooLate(call: string): FastifyAdapterError {
  return new FastifyAdapterError(
    'ERR_FASTIFY_TOO_LATE',
    `${call} was called while a request is served. Fastify makes functions of routes and schemas, which Workers allow only while they start: make the app at module scope, and "export default await toWorker(app)". Bindings are on the request: register nodeCf and use request.cloudflare.env.`,
  )
}
