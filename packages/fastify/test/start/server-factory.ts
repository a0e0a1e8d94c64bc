import http from 'node:http'
import fastify from 'fastify'

const app = fastify({
  serverFactory: (handler) =>
    http.createServer((request, response) => {
      response.setHeader('X-Server', 'of its own')
      handler(request, response)
    }),
})
app.get('/', async () => 'server factory')
app.ready(() => void app.server.listen({ port: 3005 }))
