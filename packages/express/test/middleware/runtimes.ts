import { join } from 'node:path'
import {
  type App,
  onEachRuntime as onRuntimes,
  type Server,
} from '../../../../scripts/runtimes/index.ts'

type ExpressVersion = 4 | 5

interface AppOptions extends Pick<App, 'files'> {
  /** Name of a module in `apps` that exports an Express app as `app`. */
  app: string
  /** The Express versions to run on; by default both. */
  express?: readonly ExpressVersion[]
  /** The Worker, where it is more than `toWorker(app)`. */
  worker?: string
}

/**
 * Defines tests of an app once for each runtime and each version of Express.
 * @param options The app
 * @param define Defines the tests, which reach the app through what it is given
 */
export function onEachRuntime(
  { app, files = {}, express = [5, 4], worker = workerOf(app) }: AppOptions,
  define: (server: Server, express: ExpressVersion) => void,
): void {
  const apps = express.map((version): [string, App] => [
    `Express ${version}`,
    {
      module: join(import.meta.dirname, 'apps', `${app}.ts`),
      worker,
      files,
      // What `express` stands for in the app and in all that it imports.
      alias: { express: version === 4 ? 'express4' : 'express' },
    },
  ])
  onRuntimes(Object.fromEntries(apps), (server, name) =>
    define(server, name === 'Express 4' ? 4 : 5),
  )
}

const workerOf = (app: string): string => `
  import { toWorker } from '@node-cf/express'
  import { app } from './${app}.ts'
  export default toWorker(app)`
