import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { AddressInfo } from 'node:net'
import websocket from '@fastify/websocket'
import access, {
  AccessError,
  type AccessFastifyOptions,
  access as named,
} from '@node-cf/access-fastify'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { type Answer, Client, type Parts } from '../../access/test/contract/client.ts'

let team: AccessTestTeam
beforeAll(async () => {
  team = await createAccessTestTeam()
})

const optionsOf = (options: Partial<AccessFastifyOptions> = {}): AccessFastifyOptions => ({
  team: team.team,
  audience: team.audience,
  fetch: team.fetch,
  ...options,
})

let app: FastifyInstance
let client: Client | undefined
afterEach(async () => {
  client?.close()
  client = undefined
  await app.close()
})

/** Serves an app, and sends it a request. */
async function ask(parts: Parts = {}): Promise<Answer> {
  if (client === undefined) {
    await app.listen({ port: 0, host: '127.0.0.1' })
    client = new Client((app.server.address() as AddressInfo).port)
  }
  return client.send(parts)
}
const signedIn = async (path = '/', claims: object = {}): Promise<Parts> => ({
  path,
  headers: Object.entries(await team.headers({ ...claims })),
})
/** A route that says that it was reached. */
function open(scope: FastifyInstance, path: string, options: object = {}): void {
  scope.get(path, options, async (request, reply) => {
    reply.header('x-handler', path)
    return { access: request.access }
  })
}

describe('the plugin', () => {
  it('is the default export, and has a name', async () => {
    app = fastify()
    expect(access).toBe(named)
    await app.register(access, optionsOf())
    expect(app.hasPlugin('@node-cf/access-fastify')).toBe(true)
  })

  it('checks its options when it is registered', async () => {
    app = fastify()
    await expect(
      app.register(access, { team: 'acme' } as AccessFastifyOptions),
    ).rejects.toMatchObject({
      code: 'ERR_ACCESS_OPTION',
    })
  })

  it('protects routes before and after it, in scopes beside and below, and the 404', async () => {
    app = fastify()
    open(app, '/before')
    app.register(async (sibling) => open(sibling, '/earlier'))
    app.register(access, optionsOf())
    open(app, '/after')
    app.register(async (sibling) => open(sibling, '/later'), { prefix: '/scope' })
    app.register(async (below) => {
      below.register(async (deeper) => open(deeper, '/deeper'))
    })
    for (const path of ['/before', '/earlier', '/after', '/scope/later', '/deeper', '/nowhere']) {
      expect([path, (await ask({ path })).status]).toEqual([path, 401])
    }
    expect((await ask(await signedIn('/scope/later'))).handler).toBe('/later')
    expect((await ask(await signedIn('/nowhere'))).status).toBe(404)
  })

  it('protects a handler of its own for the 404, in a scope too', async () => {
    app = fastify()
    await app.register(access, optionsOf())
    app.setNotFoundHandler(async () => 'secret')
    app.register(
      async (scope) => {
        scope.setNotFoundHandler(async () => 'secret')
      },
      { prefix: '/scope' },
    )
    expect((await ask({ path: '/nowhere' })).status).toBe(401)
    expect((await ask({ path: '/scope/nowhere' })).status).toBe(401)
  })

  it('comes before the body is read, and before it is validated', async () => {
    app = fastify()
    await app.register(access, optionsOf())
    app.post('/', { schema: { body: { type: 'object', required: ['a'] } } }, async () => 'reached')
    const headers = [['content-type', 'application/json']] as const
    for (const body of ['{', '{}', 'x'.repeat(2_000_000)]) {
      expect((await ask({ method: 'POST', headers, body })).status).toBe(401)
    }
  })

  it('protects a WebSocket', async () => {
    app = fastify()
    await app.register(websocket)
    await app.register(access, optionsOf())
    app.get('/', { websocket: true }, (socket, request) => {
      socket.send(`Hello ${request.access?.kind}`)
    })
    await app.ready()
    await expect(app.injectWS('/')).rejects.toThrow('Unexpected server response: 401')
    const { promise, resolve } = Promise.withResolvers<string>()
    const headers = await team.headers()
    const socket = await app.injectWS(
      '/',
      { headers },
      {
        onInit: (opened) => opened.on('message', (message: Buffer) => resolve(message.toString())),
      },
    )
    expect(await promise).toBe('Hello user')
    socket.terminate()
  })
})

describe('request.access', () => {
  it('is null where nobody was asked', async () => {
    app = fastify()
    await app.register(access, optionsOf({ exempt: ['/health'] }))
    open(app, '/health')
    expect((await ask({ path: '/health' })).json()).toEqual({ access: null })
  })

  it('is typed', async () => {
    app = fastify()
    await app.register(access, optionsOf())
    app.get('/', async ({ access: identity }) =>
      identity?.kind === 'user' ? identity.email : identity?.commonName,
    )
    expect((await ask(await signedIn())).text).toBe('ada@example.com')
    const headers = [['cf-access-jwt-assertion', await team.serviceToken()]] as const
    expect((await ask({ headers })).text).toBe('e367826f93b8d71185e03fe518aff3b4.access')
  })
})

describe('a route with config.access false', () => {
  it('is served without a token, and no other is', async () => {
    app = fastify()
    await app.register(access, optionsOf())
    open(app, '/hook', { config: { access: false } })
    open(app, '/hook/admin')
    open(app, '/other', { config: { access: true } })
    expect((await ask({ path: '/hook' })).handler).toBe('/hook')
    expect((await ask({ path: '/hook', method: 'HEAD' })).handler).toBe('/hook')
    expect((await ask({ path: '/hook', method: 'OPTIONS' })).status).toBe(401)
    expect((await ask({ path: '/hook/admin' })).status).toBe(401)
    expect((await ask({ path: '/other' })).status).toBe(401)
  })
})

describe('several applications', () => {
  const partners = 'partners-audience'

  it('live in scopes beside each other', async () => {
    app = fastify()
    app.register(async (scope) => {
      scope.register(access, optionsOf())
      open(scope, '/staff')
    })
    app.register(async (scope) => {
      scope.register(access, optionsOf({ audience: partners }))
      open(scope, '/partners')
    })
    open(app, '/public')
    const status = async (path: string, aud: string) =>
      (await ask(await signedIn(path, { aud }))).status
    expect(await status('/staff', team.audience)).toBe(200)
    expect(await status('/partners', partners)).toBe(200)
    expect(await status('/staff', partners)).toBe(401)
    expect(await status('/partners', team.audience)).toBe(401)
    // Nothing in the root protects it.
    expect((await ask({ path: '/public' })).status).toBe(200)
  })

  it('both have to let in who comes to a scope in a scope', async () => {
    app = fastify()
    await app.register(access, optionsOf())
    app.register(async (scope) => {
      scope.register(access, optionsOf({ audience: partners }))
      open(scope, '/both')
    })
    const status = async (aud: string[]) => (await ask(await signedIn('/both', { aud }))).status
    expect(await status([team.audience])).toBe(401)
    expect(await status([partners])).toBe(401)
    expect(await status([team.audience, partners])).toBe(200)
  })
})

describe('a request that is refused', () => {
  it("is answered as Fastify answers errors, with the error's headers", async () => {
    app = fastify()
    await app.register(access, optionsOf())
    const answer = await ask()
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Cloudflare-Access',
      'cache-control': 'no-store',
    })
    expect(answer.json()).toEqual({
      statusCode: 401,
      code: 'ERR_ACCESS_TOKEN_MISSING',
      error: 'Unauthorized',
      message: 'The request has no Cloudflare Access token.',
    })
  })

  it("reaches the app's error handler", async () => {
    app = fastify()
    await app.register(access, optionsOf())
    app.setErrorHandler(async (error, _request, reply) => {
      expect(error).toBeInstanceOf(AccessError)
      return reply.code(418).send('mine')
    })
    const { status, text } = await ask()
    expect([status, text]).toEqual([418, 'mine'])
  })

  it('may be answered by onUnauthorized', async () => {
    app = fastify()
    app.addHook('onSend', async (_request, _reply, payload) => {
      // As those of many plugins do, it lets some time pass.
      await new Promise((resolve) => setTimeout(resolve, 20))
      return payload
    })
    await app.register(
      access,
      optionsOf({
        onUnauthorized: (error, _request, reply) => reply.redirect(`/login?reason=${error.code}`),
      }),
    )
    let handled = 0
    app.get('/', async () => (handled += 1))
    const answer = await ask()
    expect([answer.status, answer.headers.location]).toEqual([
      302,
      '/login?reason=ERR_ACCESS_TOKEN_MISSING',
    ])
    expect(handled).toBe(0)
  })

  it.each<[string, AccessFastifyOptions['onUnauthorized'], number]>([
    ['does nothing', () => {}, 401],
    ['says true', () => true, 401],
    ['throws another error', () => Promise.reject(new Error('other')), 500],
    [
      'throws nothing',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what a hook may take for a yes
        throw undefined
      },
      500,
    ],
    [
      'forgets to return the reply',
      (_error, _request, reply) => void reply.code(403).send('no'),
      403,
    ],
    ['hijacks', (_error, _request, reply) => void reply.hijack().raw.writeHead(403).end(), 403],
  ])('is refused when onUnauthorized %s', async (_name, onUnauthorized, status) => {
    app = fastify()
    await app.register(access, optionsOf({ onUnauthorized }))
    let handled = 0
    app.get('/', async () => (handled += 1))
    expect((await ask()).status).toBe(status)
    expect(handled).toBe(0)
  })

  it('is told of in the log of the app, without its token', async () => {
    const lines: string[] = []
    app = fastify({
      logger: { level: 'debug', stream: { write: (line: string) => void lines.push(line) } },
    })
    await app.register(access, optionsOf())
    const request = await signedIn('/', { exp: 1 })
    await ask(request)
    const log = lines.join('')
    expect(log).toContain('GET / refused with 401, ERR_ACCESS_TOKEN_EXPIRED')
    for (const part of request.headers![0]![1].split('.')) expect(log).not.toContain(part)
  })
})

describe('an exempt path', () => {
  const reach = async (
    options: FastifyServerOptions,
    path: string,
    define?: (of: FastifyInstance) => Promise<void>,
  ): Promise<string | number> => {
    app = fastify(options)
    await define?.(app)
    await app.register(access, optionsOf({ exempt: ['/health'] }))
    open(app, '/health')
    open(app, '/health/:check')
    open(app, '/admin')
    open(app, '/admin/:id')
    const { handler, status } = await ask({ path })
    return handler ?? status
  }

  it('is the one that is routed, when the app rewrites URLs', async () => {
    const rewriteUrl: FastifyServerOptions['rewriteUrl'] = ({ url }) =>
      url?.replace('/old', '') ?? ''
    expect(await reach({ rewriteUrl }, '/old/health')).toBe('/health')
    await app.close()
    client?.close()
    client = undefined
    const toAdmin: FastifyServerOptions['rewriteUrl'] = () => '/admin'
    expect(await reach({ rewriteUrl: toAdmin }, '/health')).toBe(401)
  })

  it.each(['/admin', '/admin/7'])(
    'is not what somebody makes of %s after it was routed',
    async (path) => {
      const handler = await reach({}, path, async (of) => {
        of.addHook('onRequest', async ({ raw }) => {
          raw.url = '/health'
        })
      })
      expect(handler).toBe(401)
    },
  )
})

it('says so when there is no session', async () => {
  app = fastify()
  await app.register(access, optionsOf({ session: true }))
  open(app, '/')
  expect((await ask(await signedIn())).json()).toMatchObject({ code: 'ERR_ACCESS_SESSION' })
})
