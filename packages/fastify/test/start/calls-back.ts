import fastify from 'fastify'

const app = fastify()
app.get('/', async () => 'calls back')
app.listen({ port: 3002 }, (error) => {
  if (error) throw error
})
