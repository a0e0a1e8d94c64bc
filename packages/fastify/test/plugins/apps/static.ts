import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import serveStatic from '@fastify/static'
import fastify from 'fastify'

export const app = fastify()

const folder = join(process.cwd(), 'public')
const second = join(process.cwd(), 'second')

app.register(serveStatic, { root: pathToFileURL(folder), prefix: '/static/' })
app.get('/sent', (_request, reply) => reply.sendFile('numbers.txt'))
app.get('/sent/with-options', (_request, reply) =>
  reply.sendFile('numbers.txt', { maxAge: '1 day', immutable: true, lastModified: false }),
)
app.get('/sent/elsewhere', (_request, reply) => reply.sendFile('only-here.txt', second))
app.get('/sent/missing', (_request, reply) => reply.sendFile('missing.txt'))
app.get('/sent/status', (_request, reply) => reply.code(404).sendFile('page.html'))
app.get('/downloaded', (_request, reply) => reply.download('numbers.txt', 'Zählen "1".txt'))

app.register(async (scope) => {
  scope.register(serveStatic, {
    root: folder,
    prefix: '/routes/',
    wildcard: false,
    redirect: true,
    decorateReply: false,
    setHeaders: (reply, path) => {
      if (path.endsWith('.txt')) reply.header('x-text', 'yes')
    },
  })
})
app.register(async (scope) => {
  scope.register(serveStatic, {
    root: [folder, second],
    prefix: '/both/',
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    acceptRanges: false,
    etag: false,
    extensions: ['html'],
    decorateReply: false,
  })
})
app.register(async (scope) => {
  scope.register(serveStatic, {
    root: folder,
    prefix: '/compressed/',
    preCompressed: true,
    decorateReply: false,
  })
})
app.register(async (scope) => {
  scope.register(serveStatic, {
    root: folder,
    prefix: '/list/',
    index: false,
    list: { format: 'json', names: ['/', 'index'] },
    dotfiles: 'ignore',
    decorateReply: false,
  })
})
app.register(async (scope) => {
  scope.register(serveStatic, {
    root: folder,
    prefix: '/allowed/',
    allowedPath: (path) => !path.includes('numbers'),
    decorateReply: false,
  })
})
app.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing here'))
