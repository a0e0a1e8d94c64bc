import { checkBundle } from '#resolution'
import { installBundlePaths } from './bundle-paths.ts'
import { installClientCookies } from './client-cookies.ts'
import { installLoopback } from './loopback.ts'
import { installMicrotasks } from './microtasks.ts'
import { queueModuleTimers } from './module-timers.ts'
import { installPrototypes } from './prototypes.ts'
import { installServer } from './server.ts'
import { reportRejections } from './uncaught.ts'
import { installViteEval } from './vite-eval.ts'

// Runs before the app's modules load: they arm timers and create servers while they do.
queueModuleTimers()
if (isWorker()) {
  installMicrotasks()
  reportRejections()
  installViteEval()
  checkBundle()
  installBundlePaths()
  installServer()
  installLoopback()
  installClientCookies()
  installPrototypes()
}

/** Whether this is Cloudflare's runtime: on Node, Node's own server stays as it is. */
function isWorker(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}
