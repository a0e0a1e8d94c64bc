import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from '@jest/globals'
import {
  type Answer,
  type App,
  onEachRuntime as onRuntimes,
  type Server,
} from '../../../../scripts/runtimes/index.ts'

interface AppOptions extends Pick<App, 'files' | 'modules' | 'workerAlias'> {
  /** Name of a module in `apps` that exports a Fastify app as `app`. */
  app: string
  /** The Worker, where it is more than `toWorker(app)`. */
  worker?: string
  /** What is another in each answer, or on each runtime: it is left out of the comparison. */
  varying?: RegExp[]
}

/**
 * Defines tests of an app once for Node and once for workerd. Besides what a test expects, each
 * answer that it gets in workerd has to be the one that it got on Node.
 * @param options The app
 * @param define Defines the tests, which reach the app through what it is given
 */
export function onEachRuntime(
  {
    app,
    files = {},
    modules = {},
    workerAlias = {},
    worker = workerOf(app),
    varying = [],
  }: AppOptions,
  define: (server: Server) => void,
): void {
  const module = join(import.meta.dirname, 'apps', `${app}.ts`)
  const answersOnNode = new Map<string, Answer[]>()

  onRuntimes({ [app]: { module, worker, files, modules, workerAlias } }, (server) => {
    let answers: Promise<Answer>[] = []
    beforeEach(() => {
      answers = []
    })
    afterEach(async () => {
      const name = (expect.getState().currentTestName ?? '').replace(` on ${server.runtime}`, '')
      const settled = await Promise.all(answers)
      if (server.runtime === 'Node') answersOnNode.set(name, settled)
      // In any order: requests may be in flight together.
      const compared = (list: Answer[]): string[] =>
        list.map((answer) => comparable(answer, varying)).toSorted()
      expect(compared(settled)).toEqual(compared(answersOnNode.get(name) ?? settled))
    })
    define({
      runtime: server.runtime,
      get port() {
        return server.port
      },
      open: server.open,
      logged: server.logged,
      request: (path, options) => {
        const answer = server.request(path, options)
        answers.push(answer)
        return answer
      },
    })
  })
}

const workerOf = (app: string): string => `
  import { toWorker } from '@node-cf/fastify'
  import { app } from './${app}.ts'
  export default await toWorker(app)`

/** Headers of the connection, which is the runtime's, and of the time. */
const CONNECTION = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding'])

/** An answer as text, but for what may differ. */
function comparable({ status, reason, headers, body, text }: Answer, varying: RegExp[]): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !CONNECTION.has(name))
    // The runtime drops it where a response has no body.
    .filter(([name]) => name !== 'content-length' || (status !== 204 && status !== 304))
    .map(([name, value]) => `${name}: ${[value].flat().join('\n')}`)
    .toSorted()
  const answer = [
    `${status} ${reason}`,
    ...lines,
    '',
    isUtf8(body) ? text : body.toString('base64'),
  ]
  return varying.reduce((rest, pattern) => rest.replaceAll(pattern, '…'), answer.join('\n'))
}
