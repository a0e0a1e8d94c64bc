/** What differs between the releases of Fastify 5 and their dependencies, with the first of them. */
import { nodeCf, toWorker } from '@node-cf/fastify'
import type current from 'fastify'
import oldest from 'fastify-5.0'

const fastify = oldest as unknown as typeof current
const app = fastify({ logger: true })
app.register(nodeCf)

// fast-json-stringify 6 compiles the choices of a schema when it first meets them.
const choice = {
  anyOf: [
    { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    { type: 'object', required: ['size'], properties: { size: { type: 'integer' } } },
  ],
}
app.get<{ Querystring: { size?: number } }>(
  '/choice',
  {
    schema: {
      querystring: { type: 'object', properties: { size: { type: 'integer' } } },
      response: { 200: { type: 'object', properties: { choice } } },
    },
  },
  async ({ query: { size } }) => ({ choice: size === undefined ? { name: 'n', x: 1 } : { size } }),
)
app.get('/injected', async () => {
  const { body, headers } = await app.inject('/choice?size=2')
  return { body, headers }
})
app.get('/env', async ({ cloudflare }) => (cloudflare.env as unknown as { NAME: string }).NAME)
app.register(async function late(instance) {
  await new Promise((resolve) => setTimeout(resolve, 20))
  instance.get('/late', async () => app.version)
})

export default await toWorker(app)
