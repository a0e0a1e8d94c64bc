import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { AccessError, access, type AccessExpressOptions } from '@node-cf/access-express'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import type { ErrorRequestHandler, Express, RequestHandler } from 'express'
import type { Answer, Parts } from '../../access/test/contract/client.ts'
import { serve, versions } from './serve.ts'

let team: AccessTestTeam
beforeAll(async () => {
  team = await createAccessTestTeam()
})

const optionsOf = (options: Partial<AccessExpressOptions> = {}): AccessExpressOptions => ({
  team: team.team,
  audience: team.audience,
  fetch: team.fetch,
  logger: {},
  ...options,
})

/** Says that it was reached. */
const reached: RequestHandler = (req, res) => {
  res.set('x-handler', 'reached').json(req.access ?? null)
}
/** What apps have at their end. */
const onError: ErrorRequestHandler = (
  error: Error & { status?: number; code?: string },
  _req,
  res,
  _next,
) => {
  res.status(error.status ?? 500).send(`app: ${error.code ?? error.message}`)
}

it('checks its options when it is made', () => {
  expect(() => access({ team: 'acme' } as AccessExpressOptions)).toThrow(
    expect.objectContaining({ code: 'ERR_ACCESS_OPTION' }),
  )
})

describe.each(Object.entries(versions))('%s', (_version, express) => {
  let server: Awaited<ReturnType<typeof serve>> | undefined
  afterEach(async () => {
    await server?.[Symbol.asyncDispose]()
    server = undefined
  })

  /** Serves an app, and sends it a request. */
  async function ask(define: (app: Express) => void, parts: Parts = {}): Promise<Answer> {
    if (server === undefined) {
      const app = express()
      define(app)
      server = await serve(app)
    }
    return server.send(parts)
  }
  const signedIn = async (path = '/'): Promise<Parts> => ({
    path,
    headers: Object.entries(await team.headers()),
  })

  it('answers in JSON, with no ETag and no stack', async () => {
    const answer = await ask((app) => {
      app.use(access(optionsOf()), reached)
    })
    expect(answer.status).toBe(401)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': expect.any(String),
      'cache-control': 'no-store',
      'www-authenticate': 'Cloudflare-Access',
    })
    expect(answer.headers).not.toHaveProperty('etag')
    expect(answer.json()).toEqual({
      error: 'The request has no Cloudflare Access token.',
      code: 'ERR_ACCESS_TOKEN_MISSING',
    })
  })

  it('answers HEAD without a body', async () => {
    const answer = await ask(
      (app) => {
        app.use(access(optionsOf()), reached)
      },
      { method: 'HEAD' },
    )
    expect([answer.status, answer.text]).toEqual([401, ''])
  })

  describe('onUnauthorized', () => {
    it('may answer by itself', async () => {
      const answer = await ask((app) => {
        app.use(
          access(
            optionsOf({
              onUnauthorized: (error, _req, res) => {
                res.redirect(`/login?reason=${error.code}`)
              },
            }),
          ),
          reached,
        )
      })
      expect([answer.status, answer.headers.location]).toEqual([
        302,
        '/login?reason=ERR_ACCESS_TOKEN_MISSING',
      ])
    })

    it("may hand the error to the app's error handler", async () => {
      const answer = await ask((app) => {
        app.use(
          access(optionsOf({ onUnauthorized: (error, _req, _res, next) => next(error) })),
          reached,
        )
        app.use(onError)
      })
      expect([answer.status, answer.text]).toEqual([401, 'app: ERR_ACCESS_TOKEN_MISSING'])
    })

    it("may hand it to Express' own, which finds status and headers", async () => {
      const answer = await ask((app) => {
        app.set('env', 'test')
        app.use(
          access(optionsOf({ onUnauthorized: (error, _req, _res, next) => next(error) })),
          reached,
        )
      })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Cloudflare-Access')
    })

    it.each<[string, AccessExpressOptions['onUnauthorized'], string]>([
      ['next()', (_error, _req, _res, next) => next(), 'ERR_ACCESS_TOKEN_MISSING'],
      ["next('route')", (_error, _req, _res, next) => next('route'), 'ERR_ACCESS_TOKEN_MISSING'],
      ["next('router')", (_error, _req, _res, next) => next('router'), 'ERR_ACCESS_TOKEN_MISSING'],
      ['next(null)', (_error, _req, _res, next) => next(null), 'ERR_ACCESS_TOKEN_MISSING'],
      ['another error', (_error, _req, _res, next) => next(new Error('other')), 'other'],
      [
        'a throw',
        () => {
          throw new Error('thrown')
        },
        'thrown',
      ],
      ['a rejection', () => Promise.reject(new Error('rejected')), 'rejected'],
      [
        'a throw of nothing',
        () => {
          // oxlint-disable-next-line typescript/only-throw-error -- what Express would take for a yes
          throw undefined
        },
        'ERR_ACCESS_TOKEN_MISSING',
      ],
    ])('lets nobody in by %s', async (_name, onUnauthorized, message) => {
      const answer = await ask((app) => {
        const router = express.Router()
        router.get('/', access(optionsOf({ onUnauthorized })), reached)
        router.get('/', reached)
        app.use(router)
        app.get('/', reached)
        app.use(onError)
      })
      expect([answer.handler, answer.text]).toEqual([undefined, `app: ${message}`])
    })
  })

  it('hands what provision throws to the error handlers', async () => {
    const define = (app: Express): void => {
      const provision = (): never => {
        throw Object.assign(new Error('gone'), { status: 418 })
      }
      app.use(access(optionsOf({ provision })), reached)
      app.use(onError)
    }
    const answer = await ask(define, await signedIn())
    expect([answer.status, answer.text]).toEqual([418, 'app: gone'])
  })

  it('answers 403 where provision says so', async () => {
    const define = (app: Express): void => {
      const provision = (): never => {
        throw new AccessError('ERR_ACCESS_FORBIDDEN', 'This user is inactive.')
      }
      app.use(access(optionsOf({ provision })), reached)
    }
    const answer = await ask(define, await signedIn())
    expect([answer.status, answer.json()]).toEqual([
      403,
      { error: 'This user is inactive.', code: 'ERR_ACCESS_FORBIDDEN' },
    ])
  })

  it('says so when there is no session', async () => {
    const define = (app: Express): void => {
      app.use(access(optionsOf({ session: true })), reached)
    }
    const answer = await ask(define, await signedIn())
    expect([answer.status, answer.json().code]).toEqual([500, 'ERR_ACCESS_SESSION'])
  })

  describe('exempt paths', () => {
    const exempt = ['/health', '/api/health']

    it('are paths of the whole app, in a mounted router too', async () => {
      const define = (app: Express): void => {
        for (const prefix of ['/admin', '/api']) {
          const router = express.Router()
          router.use(access(optionsOf({ exempt })))
          router.get('/health', reached)
          app.use(prefix, router)
        }
      }
      expect((await ask(define, { path: '/admin/health' })).status).toBe(401)
      expect((await ask(define, { path: '/api/health' })).handler).toBe('reached')
      expect((await ask(define, { path: '/API/health' })).status).toBe(401)
    })

    it('are so in a mounted app, and below a parameter', async () => {
      const define = (app: Express): void => {
        const inner = express()
        inner.use(access(optionsOf({ exempt })))
        inner.get('/health', reached)
        app.use('/api', inner)
        app.use('/:tenant', inner)
      }
      expect((await ask(define, { path: '/api/health' })).handler).toBe('reached')
      expect((await ask(define, { path: '/x/health' })).status).toBe(401)
      expect((await ask(define, { path: '/%61pi/health' })).status).toBe(401)
    })

    it('are those that the router goes on with, when a URL was rewritten', async () => {
      const define = (app: Express): void => {
        app.use((req, _res, next) => {
          if (typeof req.query.to === 'string') req.url = req.query.to
          next()
        })
        app.use(access(optionsOf({ exempt })))
        app.get('/admin', reached)
        app.get('/health', reached)
      }
      expect((await ask(define, { path: '/health?to=/admin' })).status).toBe(401)
      expect((await ask(define, { path: '/admin?to=/health' })).handler).toBe('reached')
    })

    it('hold for a middleware of one route', async () => {
      const define = (app: Express): void => {
        app.get('/health', access(optionsOf({ exempt })), reached)
        app.get('/admin', access(optionsOf({ exempt })), reached)
      }
      expect((await ask(define, { path: '/health' })).handler).toBe('reached')
      expect((await ask(define, { path: '/admin' })).status).toBe(401)
    })
  })
})
