/** What a handler sees, put in words that can be compared: values, errors, states and events. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Recorder } from './probe.ts'

/** The part of an error that an app may rely on. */
export interface Observed {
  name: string
  code?: string
  message: string
}

/**
 * Describes an error.
 * @param error Anything that was thrown or emitted
 * @returns Name, code and message
 */
export function describe(error: unknown): Observed | null {
  if (error === null || error === undefined) return null
  const { name, code, message } = error as { name: string; code?: string; message: string }
  return { name, ...(code === undefined ? {} : { code }), message }
}

/**
 * Calls a function.
 * @param call What to try
 * @returns What it returned (`'itself'` for a request or response, which chains), or the error it threw
 */
export function attempt(call: () => unknown): unknown {
  try {
    const value = call()
    if (typeof value === 'object' && value !== null && 'on' in value) return { returned: 'itself' }
    return { returned: value === undefined ? 'undefined' : value }
  } catch (error) {
    return { threw: describe(error) }
  }
}

/**
 * Answers with a value as JSON, which the comparison then takes apart key by key.
 * @param response The response to end
 * @param value What was observed
 */
export function answer(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(value))
}

/**
 * Reads a request's whole body.
 * @param request The request to read
 * @returns Its bytes
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const part of request) chunks.push(part as Buffer)
  return Buffer.concat(chunks)
}

/** Waits, for events that come later in the loop. */
export const delay = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

const requestStates = [
  'complete',
  'readableEnded',
  'readableAborted',
  'aborted',
  'destroyed',
  'closed',
  'errored',
] as const
const responseStates = [
  'headersSent',
  'finished',
  'writableEnded',
  'writableFinished',
  'destroyed',
  'closed',
  'errored',
] as const

/** The states of a request that are set, as one line. */
export function requestState(request: IncomingMessage): string {
  return requestStates.filter((state) => request[state]).join(' ')
}

/** The states of a response that are set, as one line. */
export function responseState(response: ServerResponse): string {
  return responseStates
    .filter((state) => (response as unknown as Record<string, unknown>)[state])
    .join(' ')
}

/**
 * Logs the life of a request, each event with the states it is met in. Listens to nothing that starts the flow.
 * @param request The request
 * @param record The log
 */
export function watchRequest(request: IncomingMessage, record: Recorder): void {
  for (const event of ['end', 'close', 'aborted'] as const) {
    request.on(event, () => record(`request ${event}: ${requestState(request)}`))
  }
  request.on('error', (error: NodeJS.ErrnoException) => {
    record(`request error ${error.code} ${error.message}: ${requestState(request)}`)
  })
}

/**
 * Logs the life of a response, each event with the states it is met in.
 * @param response The response
 * @param record The log
 */
export function watchResponse(response: ServerResponse, record: Recorder): void {
  for (const event of ['prefinish', 'finish', 'close'] as const) {
    response.on(event, () => record(`response ${event}: ${responseState(response)}`))
  }
  response.on('error', (error: NodeJS.ErrnoException) => {
    record(`response error ${error.code} ${error.message}: ${responseState(response)}`)
  })
}

/** A value as the name of a probe shows it. */
export function shown(value: unknown): string {
  const text =
    typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value)
  return `${typeof value} ${text}`
}
