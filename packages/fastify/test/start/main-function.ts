import fastify from 'fastify'

const querystring = { type: 'object', properties: { n: { type: 'integer' } } }

async function main(): Promise<void> {
  const app = fastify()
  await app.register(async (instance) => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    instance.get('/', { schema: { querystring } }, async () => 'main')
  })
  try {
    await app.listen({ port: 3003, host: '0.0.0.0' })
  } catch (error) {
    app.log.error(error)
    process.exit(1)
  }
}

void main()
