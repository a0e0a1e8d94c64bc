import view from '@fastify/view'
// @ts-expect-error It has no types.
import ejs from 'ejs'
import fastify from 'fastify'

export const app = fastify()

app.register(view, {
  engine: { ejs },
  root: 'views',
  layout: 'layout.ejs',
  production: true,
  // Three entries for each template: what is compiled is not to be dropped again.
  maxCache: 1000,
  // Has EJS keep partials that it has compiled.
  options: { cache: true },
  defaultContext: { site: 'Views & co' },
})
app.register(view, {
  engine: { ejs },
  root: 'views',
  propertyName: 'bare',
  viewExt: 'ejs',
  production: true,
  charset: 'latin1',
  options: { cache: true },
})

interface Replies {
  locals: object
  bare(page: string, data?: object): unknown
  bareAsync(page: string, data?: object): Promise<string>
}
const data = { title: 'Home', items: ['a', '<b>'] }

app.get('/', (_request, reply) => reply.view('index.ejs', { ...data, greeting: 'Hi <there>' }))
app.get<{ Querystring: { name?: string } }>('/user', async ({ query }, reply) => {
  const user = query.name === undefined ? undefined : { name: query.name }
  Object.assign((reply as unknown as Replies).locals, { user })
  return reply.view('user.ejs', { title: 'User' })
})
app.get('/status', (_request, reply) => reply.code(404).view('index.ejs', data))
app.get('/typed', (_request, reply) => reply.type('application/xhtml+xml').view('index.ejs', data))
app.get('/bare', async (_request, reply) =>
  (reply as unknown as Replies).bare('user', { user: { name: 'ada' } }),
)
app.get('/asynchronous', async (_request, reply) => {
  const html = await (reply as unknown as Replies).bareAsync('user', { user: { name: 'bob' } })
  return `<p>${html}</p>`
})
app.get('/outside', async () => ({ html: await app.view('user.ejs', { title: 'x', user: null }) }))
app.get('/fails', (_request, reply) => reply.view('fails.ejs', { data: {}, title: 'x' }))
app.get('/missing', (_request, reply) => reply.view('no-such-view.ejs'))
