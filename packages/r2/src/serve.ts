import { StoreError } from './errors.ts'
import { FileExchange, refusal } from './file-exchange.ts'
import { requestedKey } from './request-key.ts'
import { checkedServeOptions, type ServeOptions, type ServeSettings } from './serve-options.ts'
import type { Store } from './store.ts'

/** A Worker's `fetch`, or what `toRequestListener` takes. What fails is answered, too. */
export type ServeHandler<Context = unknown> = (
  request: Request,
  context?: Context,
) => Promise<Response>

/**
 * Makes a handler that serves the files of a store: GET and HEAD, conditions and ranges by RFC
 * 9110.
 * @param store Where the files are
 * @param options Who may read them, and how they are cached and shown
 * @returns A function for a Worker's `fetch`
 * @throws {StoreError} `ERR_R2_OPTION` for an option that is not as described
 */
export function serveR2<Context = unknown>(
  store: Store,
  options: ServeOptions<Context> = {},
): ServeHandler<Context> {
  const settings = checkedServeOptions(options, store.publicUrl)
  return async (request, context) => {
    try {
      return await answer(store, settings, request, context as Context)
    } catch (error) {
      return failure(error, settings, request)
    }
  }
}

async function answer<Context>(
  store: Store,
  settings: ServeSettings<Context>,
  request: Request,
  context: Context,
): Promise<Response> {
  const { headers, method, url } = request
  if (method !== 'GET' && method !== 'HEAD') return refusal(405, { allow: 'GET, HEAD' })
  const key = requestedKey(url, settings.prefix)
  if (key === undefined) return refusal(404)
  if (settings.authorize !== undefined) {
    const verdict: unknown = await settings.authorize(request, key, context)
    if (verdict !== true) return verdict instanceof Response ? verdict : refusal(403)
  }
  const exchange = new FileExchange(store, settings, key, headers)
  return method === 'HEAD' ? exchange.head() : exchange.get()
}

function failure<Context>(
  error: unknown,
  { onError }: ServeSettings<Context>,
  request: Request,
): Response {
  const { code, retryable } = error instanceof StoreError ? error : {}
  // A key that a store refuses, for its length say, has no file either.
  if (code === 'ERR_R2_NOT_FOUND' || code === 'ERR_R2_KEY') return refusal(404)
  onError(error, request)
  return refusal(retryable === true ? 503 : 500)
}
