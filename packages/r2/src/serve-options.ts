import { StoreError } from './errors.ts'
import { isFieldValue } from './field-value.ts'
import { essenceOf } from './media-type.ts'

export interface ServeOptions<Context = unknown> {
  /** The path below which the keys are; by default that of the store's `publicUrl`, or else `/`. */
  prefix?: string
  /**
   * Decides who may read a key, before it is looked up. False answers 403, whether there is such a
   * file or not; a `Response` is the answer. `context` is what the handler was called with next to
   * the request: a Worker's `env`, or `{ req, res }` in a Node server.
   */
  authorize?: (
    request: Request,
    key: string,
    context: Context,
  ) => boolean | Response | Promise<boolean | Response>
  /** `Cache-Control` of files that were saved without one; `private, no-cache` by default. */
  cacheControl?: string
  /** Types that browsers may show although scripts can stand in them: `['image/svg+xml']`. */
  inline?: readonly string[]
  /** `Content-Security-Policy` of types with scripts; `sandbox` by default, false for none. */
  contentSecurityPolicy?: string | false
  /** Fields to add to every answer with a file, or with 304. */
  headers?: Readonly<Record<string, string>>
  /** Told of what failed, when the client gets a 500 or a 503; `console.error` by default. */
  onError?: (error: unknown, request: Request) => void
}

/** The options as they are used: checked, with defaults. */
export interface ServeSettings<Context = never> {
  readonly prefix: string
  readonly authorize: ServeOptions<Context>['authorize']
  readonly cacheControl: string
  readonly inline: ReadonlySet<string>
  readonly contentSecurityPolicy: string | false
  readonly headers: Readonly<Record<string, string>>
  readonly onError: (error: unknown, request: Request) => void
}

/** Checks the options when they are given, not when they are first used. */
export function checkedServeOptions<Context>(
  options: ServeOptions<Context>,
  publicUrl: string | undefined,
): ServeSettings<Context> {
  return {
    prefix: checkedPrefix(options.prefix ?? pathOf(publicUrl)),
    authorize: checkedFunction('authorize', options.authorize),
    cacheControl: checkedField('cacheControl', options.cacheControl ?? 'private, no-cache'),
    inline: checkedTypes(options.inline ?? []),
    contentSecurityPolicy:
      options.contentSecurityPolicy !== false &&
      checkedField('contentSecurityPolicy', options.contentSecurityPolicy ?? 'sandbox'),
    headers: checkedHeaders(options.headers ?? {}),
    onError: checkedFunction('onError', options.onError) ?? ((error) => console.error(error)),
  }
}

function pathOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '/' : new URL(publicUrl, 'http://localhost').pathname
}

function checkedPrefix(prefix: string): string {
  if (typeof prefix !== 'string' || !/^\/[^?#]*$/.test(prefix)) {
    throw invalid('prefix', prefix, 'a path that begins with a slash, such as "/media/"')
  }
  return prefix.endsWith('/') ? prefix : `${prefix}/`
}

function checkedFunction<Value>(name: string, value: Value): Value {
  if (value === undefined || typeof value === 'function') return value
  throw invalid(name, value, 'a function')
}

function checkedField(name: string, value: string): string {
  if (isFieldValue(value)) return value
  throw invalid(name, value, 'the value of a header field')
}

function checkedTypes(types: readonly string[]): ReadonlySet<string> {
  const lower = Array.isArray(types) ? types.map((type) => String(type).toLowerCase()) : []
  if (Array.isArray(types) && lower.every((type) => essenceOf(type) === type)) return new Set(lower)
  throw invalid('inline', types, 'a list of types without parameters, such as "image/svg+xml"')
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(new Headers(headers))
  } catch (error) {
    throw new StoreError('ERR_R2_OPTION', 'headers must be names and values of header fields.', {
      cause: error,
    })
  }
}

function invalid(name: string, value: unknown, expected: string): StoreError {
  return new StoreError(
    'ERR_R2_OPTION',
    `${name} must be ${expected}; got ${JSON.stringify(value) ?? String(value)}.`,
  )
}
