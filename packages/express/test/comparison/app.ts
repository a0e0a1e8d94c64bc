/** The probed apps, the same for the three servers, and the way from a request to the one it is meant for. */
import type { RequestListener } from 'node:http'
import { answer } from '../../../../scripts/comparison/observe.ts'
import { reportName, wireName, type Handler, type Recorder } from './probe.ts'
import { probes } from './probes/index.ts'

const logs = new Map<string, string[]>()

function recorderFor(name: string): Recorder {
  const log: string[] = []
  logs.set(name, log)
  return (entry) => void log.push(entry)
}

const handlers = new Map<string, Handler>()
const recorders = new Map<string, Recorder>()
/** Express apps by the value of `X-Probe`. */
export const apps = new Map<string, RequestListener>()
/** Why an app could not be made, where that is so. */
const failures = new Map<string, string>()

for (const { name, handler, app } of probes) {
  const key = wireName(name)
  const record = recorderFor(key)
  recorders.set(key, record)
  if (handler) handlers.set(key, handler)
  if (app) {
    try {
      apps.set(key, app(record))
    } catch (error) {
      failures.set(key, String(error))
    }
  }
}

/** The bare listener: reports, and every probe that is not an Express app. */
export const bareListener: RequestListener = (request, response) => {
  const key = String(request.headers['x-probe'])
  if (key === reportName)
    return answer(response, logs.get(String(request.headers['x-log-of'])) ?? [])
  const [handler, record] = [handlers.get(key), recorders.get(key)]
  if (!handler || !record) {
    response.statusCode = 500
    response.end(`No app for ${key}: ${failures.get(key) ?? 'no such probe'}`)
    return undefined
  }
  return run(() => handler(request, response, record), response)
}

/** Every probe behind one listener. */
export const listener: RequestListener = (request, response) => {
  const app = apps.get(String(request.headers['x-probe']))
  return app ? app(request, response) : bareListener(request, response)
}

/** A handler that throws shows in its answer, in place of ending the process that all probes share. */
function run(handle: () => unknown, response: Parameters<RequestListener>[1]): void {
  const fail = (error: unknown): void => {
    if (response.headersSent) return void response.destroy()
    response.statusCode = 500
    response.setHeader('X-Handler-Threw', '1')
    answer(response, { threw: String(error) })
  }
  try {
    const returned = handle()
    if (returned instanceof Promise) returned.catch(fail)
  } catch (error) {
    fail(error)
  }
}
