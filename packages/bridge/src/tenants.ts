import { BridgeError } from './errors.ts'
import type { FetchHandler } from './handler.ts'

/** The part of a Durable Object namespace that is called here. */
export interface DurableObjectNamespaceLike {
  idFromName(name: string): object
  // Cloudflare's types say more of an id and of the options than a small type could repeat.
  // oxlint-disable-next-line typescript/no-explicit-any
  get(id: any, options?: any): { fetch(request: Request): Promise<Response> }
  jurisdiction(jurisdiction: 'eu' | 'fedramp'): DurableObjectNamespaceLike
}

/**
 * Where the name of a request's tenant stands: in the label before a host (`{ host: 'example.com' }`
 * finds `acme` in acme.example.com), in the first segment behind a path (`{ path: '/t' }` finds it
 * in `/t/acme/notes`, of which the app sees `/notes`), in a header, or where a function finds it.
 */
export type TenantSource<Env = unknown> =
  | { host: string }
  | { path: string }
  | { header: string }
  | ((request: Request, env: Env) => string | null | undefined | Promise<string | null | undefined>)

export interface TenantOptions<Env = unknown> {
  /** The binding of the objects: its name in `env`, or a function that returns it. */
  namespace: (keyof Env & string) | ((env: Env) => DurableObjectNamespaceLike)
  /** Where the name of a request's tenant stands; left out, one object serves every request. */
  tenant?: TenantSource<Env>
  /** Whether a tenant exists. Without it every well-formed name gets an object of its own. */
  exists?: (tenant: string, env: Env) => boolean | Promise<boolean>
  /** Where objects are made: `weur`, `enam`, …
   * ({@link https://developers.cloudflare.com/durable-objects/reference/data-location/ Data location}). */
  locationHint?: string | ((tenant: string, request: Request) => string | undefined)
  /** Where objects may store data: `eu` or `fedramp`. */
  jurisdiction?: 'eu' | 'fedramp'
}

/** The object of an app that has one tenant. */
const SINGLETON = 'singleton'

/** A name is what one DNS label could be (RFC 1035 §2.3.1), with dots and underscores inside. */
const TENANT = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i

/**
 * Makes a Worker that hands each request to the Durable Object of its tenant.
 * @param options Which objects, and how a request tells its tenant
 * @returns The Worker, for `export default`
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option that is not as described
 */
export function toTenantWorker<Env = Record<string, unknown>>(
  options: TenantOptions<Env>,
): { fetch: FetchHandler<Env> } {
  const { exists, locationHint, jurisdiction } = options
  const namespaceOf = checkedNamespace(options.namespace)
  const find = finderOf(options.tenant)

  return {
    async fetch(request, env): Promise<Response> {
      const found = await find(request, env as Env)
      if (found === undefined) return refusal(404, 'No tenant', 'ERR_TENANT_MISSING')
      const { tenant } = found
      if (!TENANT.test(tenant)) return refusal(400, 'Bad tenant name', 'ERR_TENANT_NAME')
      if (exists !== undefined && !(await exists(tenant, env as Env))) {
        return refusal(404, 'No such tenant', 'ERR_TENANT_UNKNOWN')
      }
      const all = namespaceOf(env as Env)
      const namespace = jurisdiction === undefined ? all : all.jurisdiction(jurisdiction)
      const hint = typeof locationHint === 'function' ? locationHint(tenant, request) : locationHint
      const stub = namespace.get(
        namespace.idFromName(tenant),
        hint === undefined ? {} : { locationHint: hint },
      )
      try {
        return await stub.fetch(found.request)
      } catch (error) {
        return failure(error)
      }
    },
  }
}

interface Found {
  readonly tenant: string
  /** What the object is asked. */
  readonly request: Request
}

type Finder<Env> = (request: Request, env: Env) => Found | undefined | Promise<Found | undefined>

function finderOf<Env>(source: TenantSource<Env> | undefined): Finder<Env> {
  if (source === undefined) return (request) => ({ tenant: SINGLETON, request })
  if (typeof source === 'function') {
    return async (request, env) => named(await source(request, env), request)
  }
  if ('header' in source) {
    const name = checkedText('header', source.header, /^[\w!#$%&'*+.^`|~-]+$/)
    return (request) => named(request.headers.get(name), request)
  }
  if ('host' in source) {
    const host = checkedText('host', source.host, /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i)
    const suffix = `.${host.toLowerCase()}`
    return (request) => named(labelBefore(suffix, request), request)
  }
  const path = checkedText('path', source.path, /^(?:\/[\w.~-]+)*\/?$/)
  return (request) => segmentBehind(path.endsWith('/') ? path : `${path}/`, request)
}

function named(tenant: string | null | undefined, request: Request): Found | undefined {
  return tenant ? { tenant, request } : undefined
}

function labelBefore(suffix: string, request: Request): string | undefined {
  const host = request.headers.get('host')?.toLowerCase().replace(/:\d+$/, '')
  return host?.endsWith(suffix) ? host.slice(0, -suffix.length) : undefined
}

/** A URL as the runtime gives it: its origin, the path, and the query. */
const URL_PARTS = /^([a-z]+:\/\/[^/?#]*)([^?#]*)(.*)$/is

function segmentBehind(prefix: string, request: Request): Found | undefined {
  const [, origin = '', path = '', query = ''] = URL_PARTS.exec(request.url) ?? []
  if (!path.startsWith(prefix)) return undefined
  const end = path.indexOf('/', prefix.length)
  const tenant = path.slice(prefix.length, end === -1 ? undefined : end)
  const rest = end === -1 ? '/' : path.slice(end)
  return named(tenant, new Request(`${origin}${rest}${query}`, request))
}

function refusal(status: number, error: string, code: string): Response {
  return Response.json({ error, code }, { status })
}

/** An object that is overloaded, moved or reset is back soon; what else it throws is a defect. */
function failure(error: unknown): Response {
  console.error(error)
  const { overloaded, retryable, durableObjectReset } = error as Record<string, unknown>
  const isBackSoon = overloaded === true || retryable === true || durableObjectReset === true
  return isBackSoon
    ? new Response('Service Unavailable', { status: 503, headers: { 'retry-after': '1' } })
    : new Response('Internal Server Error', { status: 500 })
}

function checkedNamespace<Env>(
  namespace: TenantOptions<Env>['namespace'],
): (env: Env) => DurableObjectNamespaceLike {
  if (typeof namespace === 'function') return namespace
  if (typeof namespace !== 'string' || namespace === '') {
    throw new BridgeError(
      'ERR_BRIDGE_OPTION',
      `namespace must be the name of a Durable Object binding, or a function (env) that returns one; got ${JSON.stringify(namespace)}.`,
    )
  }
  return (env) => {
    const binding = env[namespace] as DurableObjectNamespaceLike | undefined
    if (typeof binding?.idFromName === 'function') return binding
    throw new BridgeError(
      'ERR_BRIDGE_NAMESPACE',
      `The binding ${namespace} is no Durable Object namespace. Does the configuration have it under durable_objects.bindings?`,
    )
  }
}

function checkedText(option: string, value: string, form: RegExp): string {
  if (typeof value === 'string' && form.test(value)) return value
  throw new BridgeError(
    'ERR_BRIDGE_OPTION',
    `tenant.${option} is not as it should be: ${JSON.stringify(value)} does not match ${form.source}.`,
  )
}
