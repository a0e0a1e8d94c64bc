import { settleAtModuleScope } from '@node-cf/bridge'
import { canGenerateCode } from './code-generation.ts'

/** The function `inject` of an app. */
export type Inject = (this: unknown, options?: unknown, callback?: unknown) => unknown

interface InjectOptions {
  url?: string
  autoStart?: boolean
}

/** What light-my-request returns: it is awaited, or built up further and then ended. */
interface InjectChain {
  readonly _hasInvoked: boolean
  end(): unknown
}

/**
 * Makes `inject` work on Workers as it does on Node.
 * @param inject An app's
 * @returns What takes its place
 */
export function injectOnWorkers(inject: Inject): Inject {
  return function (options, callback) {
    // light-my-request reads its request by timers.
    if (canGenerateCode()) void settleAtModuleScope(someTurns(MODULE_SCOPE_TURNS))
    if (callback !== undefined) return inject.call(this, options, callback)
    const given: InjectOptions | undefined =
      typeof options === 'string' ? { url: options } : (options as InjectOptions | undefined)
    const chain = inject.call(this, { ...given, autoStart: false }) as InjectChain
    if (given?.autoStart !== false) void startLater(chain)
    return chain
  }
}

/**
 * Starts an injected request of which nothing more is said. light-my-request does so in the next
 * tick, which on Node comes after whoever awaits the request, and on Workers before.
 */
async function startLater(chain: InjectChain): Promise<void> {
  await someTurns(TURNS_TO_AWAIT)
  if (!chain._hasInvoked) chain.end()
}

const TURNS_TO_AWAIT = 5
/** As many as a request takes at module scope, and more. */
const MODULE_SCOPE_TURNS = 5000

async function someTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}
