import { format, inspect } from 'node:util'

/** An error as Node's own http module makes it: a `code`, and the code in the stack's first line. */
export type NodeError = Error & { code: string }

type ErrorClass = ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor

function nodeError(Class: ErrorClass, code: string, message: string): NodeError {
  const error = new Class(message) as NodeError
  error.code = code
  error.stack = error.stack?.replace(/^(\w+)/, `$1 [${code}]`) ?? ''
  return error
}

export const headersSent = (action: 'append' | 'remove' | 'set' | 'write'): NodeError =>
  nodeError(
    Error,
    'ERR_HTTP_HEADERS_SENT',
    `Cannot ${action} headers after they are sent to the client`,
  )

export const invalidHeaderName = (name: unknown, label = 'Header name'): NodeError =>
  nodeError(
    TypeError,
    'ERR_INVALID_HTTP_TOKEN',
    `${label} must be a valid HTTP token ["${format('%s', name)}"]`,
  )

export const invalidHeaderValue = (value: unknown, name: string): NodeError =>
  nodeError(
    TypeError,
    'ERR_HTTP_INVALID_HEADER_VALUE',
    `Invalid value "${format('%s', value)}" for header "${name}"`,
  )

export const invalidCharacter = (what: string, field?: string): NodeError =>
  nodeError(
    TypeError,
    'ERR_INVALID_CHAR',
    `Invalid character in ${what}${field === undefined ? '' : ` ["${field}"]`}`,
  )

export const invalidStatusCode = (status: unknown): NodeError =>
  nodeError(
    RangeError,
    'ERR_HTTP_INVALID_STATUS_CODE',
    `Invalid status code: ${format('%s', status)}`,
  )

export const invalidArgumentType = (name: string, expected: string, value: unknown): NodeError =>
  nodeError(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" argument must be ${expected}. Received ${received(value)}`,
  )

/** @throws `ERR_INVALID_ARG_TYPE` for a callback that is no function */
export function checkCallback(callback: unknown): void {
  if (typeof callback !== 'function') {
    throw invalidArgumentType('callback', 'of type function', callback)
  }
}

export const invalidArgumentValue = (
  name: string,
  value: unknown,
  reason = 'is invalid',
): NodeError =>
  nodeError(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${inspect(value).slice(0, 128)}`,
  )

export const outOfRange = (name: string, range: string, value: unknown): NodeError =>
  nodeError(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`,
  )

export const socketAssigned = (): NodeError =>
  nodeError(Error, 'ERR_HTTP_SOCKET_ASSIGNED', 'ServerResponse has an already assigned socket')

export const nullChunk = (): NodeError =>
  nodeError(TypeError, 'ERR_STREAM_NULL_VALUES', 'May not write null values to stream')

export const writeAfterEnd = (): NodeError =>
  nodeError(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end')

export const alreadyFinished = (method: string): NodeError =>
  nodeError(
    Error,
    'ERR_STREAM_ALREADY_FINISHED',
    `Cannot call ${method} after a stream was finished`,
  )

export const streamDestroyed = (method: string): NodeError =>
  nodeError(Error, 'ERR_STREAM_DESTROYED', `Cannot call ${method} after a stream was destroyed`)

export const cannotPipe = (): NodeError =>
  nodeError(Error, 'ERR_STREAM_CANNOT_PIPE', 'Cannot pipe, not readable')

export const contentLengthMismatch = (sent: number, announced: number): NodeError =>
  nodeError(
    Error,
    'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    `Response body's content-length of ${sent} byte(s) does not match the content-length of ${announced} byte(s) set in header`,
  )

export const bodyNotAllowed = (): NodeError =>
  nodeError(
    Error,
    'ERR_HTTP_BODY_NOT_ALLOWED',
    'Adding content for this request method or response status is not allowed.',
  )

export const trailerInvalid = (): NodeError =>
  nodeError(Error, 'ERR_HTTP_TRAILER_INVALID', 'Trailers are invalid with this transfer encoding')

export const connectionReset = (message = 'aborted'): NodeError => {
  const error = new Error(message) as NodeError
  error.code = 'ECONNRESET'
  return error
}

export const alreadyListening = (): NodeError =>
  nodeError(
    Error,
    'ERR_SERVER_ALREADY_LISTEN',
    'Listen method has been called more than once without closing.',
  )

export const serverNotRunning = (): NodeError =>
  nodeError(Error, 'ERR_SERVER_NOT_RUNNING', 'Server is not running.')

export const badPort = (port: unknown): NodeError =>
  nodeError(
    RangeError,
    'ERR_SOCKET_BAD_PORT',
    `options.port should be >= 0 and < 65536. Received ${received(port)}.`,
  )

export const addressInUse = (port: number): NodeError =>
  Object.assign(new Error(`listen EADDRINUSE: address already in use :::${port}`), {
    code: 'EADDRINUSE',
    errno: -98,
    syscall: 'listen',
    address: '::',
    port,
  })

/** Says what a value is, the way Node's argument errors end. */
function received(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object') {
    const name = value.constructor?.name
    return name ? `an instance of ${name}` : '[Object: null prototype] {}'
  }
  const text = typeof value === 'string' ? `'${value.slice(0, 25)}'` : inspect(value)
  return `type ${typeof value} (${text})`
}
