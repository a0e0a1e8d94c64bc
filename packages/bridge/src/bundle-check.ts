import { BridgeError } from './errors.ts'
import { isViteDev } from './vite-eval.ts'

const REMEDY = `Put these two lines into .env, in the folder in which wrangler runs:
WRANGLER_BUILD_PLATFORM=node
WRANGLER_BUILD_CONDITIONS=workerd,worker,node
With Vite, add nodeResolution() of @node-cf/express/vite (or @node-cf/bridge/vite) to its plugins.`

/**
 * How many microtasks the app's modules may take to load. A start of 240 nested Fastify plugins with
 * top-level await took 2,465.
 */
const LONGEST_START = 10_000

/** Whether the app has been wrapped, or the failure has been explained. */
let isSettled = false

/**
 * Explains the failures of a bundle with the packages' builds for browsers: what they report is some
 * detail of a package, and not the cause. A bundle that starts is left in peace, as one of Express 5
 * alone is.
 */
export function checkBundle(): void {
  if (isViteDev()) {
    // It ends at the first module that fails, and gives no sign before.
    warn()
    return
  }
  explainIconvLite()
  void explainFailedStart()
}

/** Called when the app has loaded so far that it is made a Worker: nothing is left to explain. */
export function appWrapped(): void {
  if (isSettled) return
  isSettled = true
  restoreVersion?.()
}

/** The runtime tells a Worker nothing of a failed start, but runs the microtasks that are left. */
async function explainFailedStart(): Promise<void> {
  for (let task = 0; task < LONGEST_START; task += 1) {
    await Promise.resolve()
    if (isSettled) return
  }
  warn()
}

function warn(): void {
  console.warn(
    `[ERR_BRIDGE_BUNDLE] This Worker is bundled with its dependencies' builds for browsers. If it does not start, this is the likely cause.\n${REMEDY}`,
  )
}

let restoreVersion: (() => void) | undefined

/**
 * iconv-lite 0.4, which Express 4 uses, asks for Node's version just before it calls a module that
 * its build for browsers leaves out. An error thrown here takes the place of the one that follows.
 */
function explainIconvLite(): void {
  const version = Object.getOwnPropertyDescriptor(process.versions, 'node')
  if (version?.configurable !== true) return
  const { node } = process.versions
  restoreVersion = () => Object.defineProperty(process.versions, 'node', version)
  Object.defineProperty(process.versions, 'node', {
    configurable: true,
    enumerable: true,
    get() {
      if (!isIconvLite(new Error('Who asks?').stack)) return node
      isSettled = true
      throw bundleError()
    },
  })
}

/**
 * Whether the caller of the getter is iconv-lite. esbuild names the function around a CommonJS module
 * by its path, unless it minifies; Vite, which leaves out nothing of iconv-lite, does not.
 */
function isIconvLite(stack = ''): boolean {
  const caller = stack.split('\n')[2] ?? ''
  return /^\s*at .*\/iconv-lite\/lib\/index\.js \(/.test(caller)
}

function bundleError(): BridgeError {
  return new BridgeError(
    'ERR_BRIDGE_BUNDLE',
    `This Worker is bundled with its dependencies' builds for browsers, and iconv-lite does not start in such a bundle.\n${REMEDY}`,
  )
}
