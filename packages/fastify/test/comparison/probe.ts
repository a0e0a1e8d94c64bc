/**
 * What a probe of Fastify is: bytes for a socket, and the app that meets them. The same module is imported by the
 * servers (which run the app) and by the test (which sends the bytes), so both stand side by side.
 */
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import type {
  Exchange,
  ProbeOptions,
  Question,
  Recorder,
} from '../../../../scripts/comparison/probe.ts'

export { reportName, wireName } from '../../../../scripts/comparison/probe.ts'
export type { Outcome, Recorder } from '../../../../scripts/comparison/probe.ts'

/** A probe before it has a topic. */
export interface Definition extends Question {
  readonly build: (record: Recorder) => FastifyInstance
}

/** A behaviour that is compared. Its name, topic included, is unique and travels in the `X-Probe` header. */
export interface Probe extends Definition {
  readonly topic: string
}

type Handler = (request: FastifyRequest, reply: FastifyReply, record: Recorder) => unknown

/**
 * Defines a probe of an app.
 * @param name What is probed, unique within its topic
 * @param exchange What the client does
 * @param build Adds to the app what is probed
 * @param options The app's options, and how the probe departs from the usual
 * @returns The probe
 */
export function app(
  name: string,
  exchange: Exchange,
  build: (app: FastifyInstance, record: Recorder) => void,
  { server, ...options }: ProbeOptions & { server?: FastifyServerOptions } = {},
): Definition {
  return {
    name,
    exchange,
    build: (record) => {
      const instance = fastify(server) as FastifyInstance
      build(instance, record)
      return instance
    },
    ...options,
  }
}

/**
 * Defines a probe of a handler, which gets every method that has no body, and POST.
 * @param name What is probed, unique within its topic
 * @param exchange What the client does
 * @param handler What answers
 * @param options How the probe departs from the usual
 * @returns The probe
 */
export function route(
  name: string,
  exchange: Exchange,
  handler: Handler,
  options: ProbeOptions = {},
): Definition {
  return app(
    name,
    exchange,
    (instance, record) => {
      instance.route({
        method: ['GET', 'POST'],
        url: '/',
        handler: (request, reply) => handler(request, reply, record),
      })
    },
    options,
  )
}
