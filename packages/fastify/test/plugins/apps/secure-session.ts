import secureSession from '@fastify/secure-session'
import fastify, { type FastifyRequest } from 'fastify'

export const app = fastify()

const key = Buffer.alloc(32, 'a key for tests')

interface Session {
  count?: number
  user?: { name: string; roles: string[] }
  readonly changed: boolean
  data(): object
  options(options: { maxAge: number }): void
  regenerate(keep: string[]): void
  delete(): void
}

/** The types of @fastify/session, which stand beside these here, give it another. */
const sessionOf = (request: FastifyRequest, name = 'session'): Session =>
  (request as unknown as Record<string, Session>)[name]!

app.register(secureSession, [
  { key, sessionName: 'session', cookieName: 'main', cookie: { path: '/', sameSite: 'lax' } },
  {
    key: [Buffer.alloc(32, 'newest'), Buffer.alloc(32, 'older')],
    sessionName: 'rotated',
    cookieName: 'rotated',
    expiry: 3_000_000_000,
    cookie: { path: '/' },
  },
  { key, sessionName: 'brief', cookieName: 'brief', expiry: 1, cookie: { path: '/' } },
])
app.get('/count', async (request) => {
  const session = sessionOf(request)
  session.count = (session.count ?? 0) + 1
  return { count: session.count }
})
app.get('/look', async (request) => sessionOf(request).data())
app.post('/user', async (request) => {
  const session = sessionOf(request)
  session.user = { name: 'Ünï', roles: ['a', 'b'] }
  session.options({ maxAge: 60 })
  return session.data()
})
app.post('/regenerate', async (request) => {
  sessionOf(request).regenerate(['user'])
  return sessionOf(request).data()
})
app.post('/delete', async (request) => {
  sessionOf(request).delete()
  return 'deleted'
})
app.get('/rotated', async (request) => {
  const rotated = sessionOf(request, 'rotated')
  return { ...rotated.data(), changed: rotated.changed }
})
app.get('/brief', async (request) => {
  const brief = sessionOf(request, 'brief')
  const before = brief.data()
  brief.count = 1
  return before
})
