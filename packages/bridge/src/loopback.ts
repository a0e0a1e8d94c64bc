import { currentContext } from './request-context.ts'
import { handlerOfPort } from './server.ts'

/** A URL of this machine with a port: `http://127.0.0.1:3000/…`. */
const LOCAL_URL = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):(\d+)(?=[/?#]|$)/

/**
 * Leads requests that an app sends to its own server to that server: supertest does so, and apps
 * that call themselves. No such connection leaves a Worker. `http.request` is made of `fetch` there,
 * so one function covers both.
 */
export function installLoopback(): void {
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    const url = typeof input === 'string' || input instanceof URL ? String(input) : input.url
    const port = LOCAL_URL.exec(url)?.[1]
    const handler = port === undefined ? undefined : handlerOfPort(Number(port))
    if (handler === undefined) return fetch(input, init)
    const context = currentContext()
    return Promise.resolve(handler(new Request(input, init), context?.env, context?.ctx))
  }
}
