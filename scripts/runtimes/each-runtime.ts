import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe } from '@jest/globals'
import { type Answer, open, type RequestOptions, send } from './client.ts'
import { type App, type Running, startInWorkerd, startOnNode } from './start.ts'

/** What the tests of an app get. */
export interface Server {
  readonly runtime: 'Node' | 'workerd'
  readonly port: number
  /** Sends a request and waits for the whole answer. */
  request: (path: string, options?: RequestOptions) => Promise<Answer>
  /** Sends a request and waits for the head of the answer. */
  open: (path: string, options?: RequestOptions) => Promise<IncomingMessage>
  /** Waits for an entry of the app's log. */
  logged: (pattern: RegExp) => Promise<string>
}

/**
 * Defines tests of apps once for each app and runtime; all of them run at the same time.
 * @param apps The apps, by the name that their tests get
 * @param define Defines the tests, which reach the app through what it is given
 */
export function onEachRuntime<Name extends string>(
  apps: Record<Name, App>,
  define: (server: Server, name: Name) => void,
): void {
  const variants = (Object.entries(apps) as [Name, App][]).flatMap(([name, app]) =>
    (['Node', 'workerd'] as const).map((runtime) => ({ name, app, runtime })),
  )
  let starts: PromiseSettledResult<Running>[] = []

  // All at once: most of a start is waiting.
  beforeAll(async () => {
    starts = await Promise.allSettled(
      variants.map(({ app, runtime }) => (runtime === 'Node' ? startOnNode : startInWorkerd)(app)),
    )
  })
  afterAll(async () => {
    const running = starts.filter((start) => start.status === 'fulfilled')
    await Promise.all(running.map((start) => start.value.stop()))
  })

  for (const [index, { name, runtime }] of variants.entries()) {
    const running = (): Running => {
      const start = starts[index]
      if (start?.status === 'fulfilled') return start.value
      throw new Error(`The app did not start: ${String(start?.reason)}`)
    }
    describe(`${name} on ${runtime}`, () => {
      const server: Server = {
        runtime,
        get port() {
          return running().port
        },
        request: (path, request) => send(running().port, path, request),
        open: (path, request) => open(running().port, path, request),
        logged: (pattern) => running().logged(pattern),
      }
      define(server, name)
    })
  }
}
