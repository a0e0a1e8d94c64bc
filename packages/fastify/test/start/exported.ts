import fastify, { type FastifyInstance } from 'fastify'

export const app = fastify()
app.get('/', async () => 'exported')
app.get('/listening', async () => app.server.listening)
void app.listen({ port: 3006 })

/** As templates have it: a function that makes the app. */
export async function build(): Promise<FastifyInstance> {
  const built = fastify()
  await built.register(async (instance) => {
    instance.get('/', async () => 'built')
  })
  return built
}
