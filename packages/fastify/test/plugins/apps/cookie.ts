import cookie from '@fastify/cookie'
import fastify from 'fastify'

export const app = fastify({ trustProxy: true })

app.register(cookie, { secret: ['newest secret', 'older secret'] })

app.get('/read', async (request) => request.cookies)

app.get('/write', async (_request, reply) => {
  reply
    .setCookie('plain', 'a b;c=é')
    .setCookie('options', '1', {
      path: '/shop',
      domain: 'example.com',
      maxAge: 60,
      expires: new Date(1_900_000_000_000),
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
      partitioned: true,
      priority: 'high',
    })
    .setCookie('raw', 'a=b', { encode: (value) => value })
  return { written: true }
})
app.get('/append', async (_request, reply) => {
  reply.header('set-cookie', 'first=1').setCookie('second', '2').setCookie('third', '3')
  // The same name, domain and path once more: the last one counts.
  reply.setCookie('third', '4')
  return 'appended'
})
app.get('/clear', async (_request, reply) => reply.clearCookie('plain').send('cleared'))
app.get('/automatic', async (_request, reply) =>
  reply.setCookie('automatic', '1', { secure: 'auto' }).send('set'),
)
app.get('/invalid', async (_request, reply) => reply.setCookie('not a name', '1').send('set'))

app.get('/sign', async (_request, reply) =>
  reply.setCookie('signed', 'ada', { signed: true }).send('signed'),
)
app.get('/unsign', async (request) => request.unsignCookie(request.cookies.signed ?? ''))

app.get('/streamed', (_request, reply) => {
  reply.setCookie('before', '1')
  reply.send(new Response('streamed').body)
})
app.get('/fails', async (_request, reply) => {
  reply.setCookie('kept', '1')
  throw new Error('broken')
})
app.get('/parse', async () => app.parseCookie('a=1; b=%C3%A9; c=%zz'))
