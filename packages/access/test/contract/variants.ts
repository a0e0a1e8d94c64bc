/** The apps of the contract: one app, protected in several ways. */
import {
  type AccessFetch,
  AccessError,
  type AccessIdentity,
  type AccessOptions,
} from '@node-cf/access'
import { AUDIENCE } from './world.ts'

/** The options that both frameworks' plugins take. */
export interface VariantOptions extends AccessOptions {
  exemptPreflight?: boolean
  session?: boolean
  development?: { email: string }
  provision?: (identity: AccessIdentity, request: object) => unknown
}

const EXEMPT = ['/health', '/public', '/']

/**
 * @param fetch Leads to the key servers; on Workers the runtime's own does
 * @returns The options of each app
 */
export function variantsOf(fetch?: AccessFetch) {
  const of = (team: string, options: Partial<VariantOptions> = {}): VariantOptions => ({
    team,
    audience: AUDIENCE,
    exempt: EXEMPT,
    fetch,
    logger: {},
    ...options,
  })
  return {
    main: of('acme'),
    preflight: of('acme', { exemptPreflight: true }),
    provision: of('acme', { provision: provisionOf(new Map()) }),
    session: of('acme', { session: true }),
    development: of('acme', { development: { email: 'dev@example.com' } }),
    startup: of('startup'),
    forged: of('forged'),
    forgedOften: of('forged', { coolDown: 0.25 }),
    rotation: of('rotation', { cacheTimeout: 0.2, coolDown: 0.05 }),
    outage: of('outage', { cacheTimeout: 0.2, coolDown: 0.05 }),
    cold: of('cold', { coolDown: 0.05 }),
  } satisfies Record<string, VariantOptions>
}

export type Variant = keyof ReturnType<typeof variantsOf>

/** Knows everybody but strangers, lets in who is active, and counts how often it is called. */
function provisionOf(calls: Map<string, number>): NonNullable<VariantOptions['provision']> {
  return async (identity, request) => {
    const name = identity.kind === 'user' ? identity.email : identity.commonName
    calls.set(name, (calls.get(name) ?? 0) + 1)
    await Promise.resolve()
    switch (name.slice(0, name.indexOf('@'))) {
      case 'stranger':
        return undefined
      case 'inactive':
        throw new AccessError('ERR_ACCESS_FORBIDDEN', 'This user is inactive.')
      case 'broken':
        throw new Error('The database is gone.')
      case 'nothing':
        // oxlint-disable-next-line typescript/only-throw-error -- what frameworks would take for a yes
        throw undefined
      case 'route':
        // oxlint-disable-next-line typescript/only-throw-error -- Express' word for "go on"
        throw 'route'
      default:
        return Object.assign(request, { user: { name, calls: calls.get(name) } })
    }
  }
}

/** Makes something of the options of every app. */
export async function mapVariants<App>(
  make: (options: VariantOptions) => App | Promise<App>,
  fetch?: AccessFetch,
): Promise<Record<Variant, App>> {
  const apps = {} as Record<Variant, App>
  for (const [name, options] of Object.entries(variantsOf(fetch))) {
    apps[name as Variant] = await make(options)
  }
  return apps
}
