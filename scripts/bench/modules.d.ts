// The parts that are used here of modules without types, or whose types would bring a second set of
// globals with them.
declare module 'cloudflare:node' {
  export function httpServerHandler(options: { port: number }): unknown
}

declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  interface Options {
    url: string
    method: string
    headers: Record<string, string>
    body?: string | Buffer
    connections: number
    /** Seconds. */
    duration: number
    /** Milliseconds between two samples; a run ends with one. */
    sampleInt: number
    verifyBody: (body: string) => boolean
  }

  export interface Result {
    errors: number
    timeouts: number
    mismatches: number
    non2xx: number
    '2xx': number
  }

  export default function autocannon(
    options: Options,
    callback: (error: Error | null, result: Result) => void,
  ): EventEmitter
}

declare module 'workerd' {
  const workerd: {
    /** Path of the program. */
    default: string
    version: string
  }
  export default workerd
}
