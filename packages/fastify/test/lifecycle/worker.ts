import { settleAtModuleScope } from '@node-cf/bridge'
import '@node-cf/fastify'
import fastify from 'fastify'
import { runAll } from './cases.ts'

// Apps start at module scope, and nothing has to help a plugin that waits for a while there.
await fastify().register(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setImmediate(resolve))
})
// The cases themselves wait now and then.
const outcomes = await settleAtModuleScope(runAll())

export default { fetch: () => Response.json(outcomes) }
