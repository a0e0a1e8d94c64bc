import fastify from 'fastify'

const app = fastify()
app.get('/', async () => 'awaits listen')
await app.listen({ port: 3001 })
