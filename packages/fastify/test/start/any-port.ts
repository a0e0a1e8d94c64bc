import type { AddressInfo } from 'node:net'
import fastify from 'fastify'

const app = fastify()
app.get('/', async () => app.listeningOrigin)
await app.listen({ port: 0 })
export const { port } = app.server.address() as AddressInfo
