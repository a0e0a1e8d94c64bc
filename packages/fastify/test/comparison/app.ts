/** The probed apps, the same for both servers, and the way from a request to the one it is meant for. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { reportName, wireName } from './probe.ts'
import { probes } from './probes/index.ts'

const logs = new Map<string, string[]>()
/** The apps by the value of `X-Probe`. */
export const apps = new Map<string, FastifyInstance>()

for (const { name, build } of probes) {
  const key = wireName(name)
  const log: string[] = []
  logs.set(key, log)
  apps.set(
    key,
    build((entry) => void log.push(entry)),
  )
}

/** Answers a client that asks for a log, and one that asks for an app that is not there. */
export function report(request: IncomingMessage, response: ServerResponse): void {
  const key = String(request.headers['x-probe'])
  response.statusCode = key === reportName ? 200 : 500
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(logs.get(String(request.headers['x-log-of'])) ?? []))
}
