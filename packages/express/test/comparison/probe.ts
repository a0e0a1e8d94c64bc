/**
 * What a probe of Express is: bytes for a socket, and the handler that meets them. The same module is imported by
 * the three servers (which run the handler) and by the test (which sends the bytes), so both stand side by side.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type expressModule from 'express'
import type {
  Exchange,
  ProbeOptions,
  Question,
  Recorder,
} from '../../../../scripts/comparison/probe.ts'

export { reportName, wireName } from '../../../../scripts/comparison/probe.ts'
export type {
  Exchange,
  Outcome,
  ProbeOptions,
  Recorder,
} from '../../../../scripts/comparison/probe.ts'

/** A `(request, response)` listener that may also keep a log. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  record: Recorder,
) => unknown

/** A probe before it has a topic. */
export interface Definition extends Question {
  /** A bare listener, or … */
  readonly handler?: Handler
  /** … an Express app. */
  readonly app?: (record: Recorder) => RequestListener
}

/** A behaviour that is compared. Its name, topic included, is unique and travels in the `X-Probe` header. */
export interface Probe extends Definition {
  readonly topic: string
}

/** Express, either version of it. */
export type Express = typeof expressModule

/**
 * Defines a probe of a bare listener.
 * @param name What is probed, unique within its topic
 * @param exchange What the client does
 * @param handler What the app does
 * @param options How the probe departs from the usual
 * @returns The probe
 */
export function bare(
  name: string,
  exchange: Exchange,
  handler: Handler,
  options: ProbeOptions = {},
): Definition {
  return { name, exchange, handler, ...options }
}
