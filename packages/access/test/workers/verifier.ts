import {
  cacheKeyStore,
  createAccessVerifier,
  AccessError,
  type AccessOptions,
} from '@node-cf/access'

interface Env {
  KEYS: {
    get(key: string): Promise<string | null>
    put(key: string, value: string, options: { expirationTtl: number }): Promise<void>
  }
}

/** What Workers have and Node has not. */
declare const caches: { open(name: string): Promise<never> }
declare class WebSocketPair {
  0: object
  1: { accept(): void; send(text: string): void }
}

/** As many isolates as asked for: each of these has keys of its own. */
const isolates = new Map<string, AccessOptions['fetch']>()

const stores: Record<string, (env: Env) => AccessOptions['keyStore']> = {
  none: () => undefined,
  kv: (env) => env.KEYS,
  cache: () => cacheKeyStore(() => caches.open('access')),
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const isolate = searchParams.get('isolate')
    if (isolate !== null && !isolates.has(isolate)) {
      isolates.set(isolate, (url, init) => fetch(url, init))
    }
    const verifier = createAccessVerifier({
      team: searchParams.get('team') ?? 'test',
      audience: 'test-audience',
      coolDown: Number(searchParams.get('coolDown') ?? 30),
      cacheTimeout: Number(searchParams.get('cacheTimeout') ?? 3600),
      keyStore: stores[searchParams.get('store') ?? 'none']!(env),
      ...(isolate !== null && { fetch: isolates.get(isolate) }),
    })
    try {
      const identity = await verifier.verify(request)
      if (request.headers.get('upgrade') !== 'websocket') return Response.json(identity)
      const { 0: client, 1: server } = new WebSocketPair()
      server.accept()
      server.send(`Hello ${identity.kind}`)
      return new Response(null, { status: 101, webSocket: client } as ResponseInit)
    } catch (error) {
      if (!(error instanceof AccessError)) throw error
      return Response.json({ code: error.code }, { status: error.status })
    }
  },
}
