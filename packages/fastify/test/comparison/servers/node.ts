/** Node's own server, as a process of its own: a test runner's realms are not what an app runs in. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { apps, report } from '../app.ts'

// A probe that ends the process would take all others with it; it shows as a missing answer instead.
process.on('uncaughtException', (error) => console.error('uncaught in Node:', error))

for (const app of apps.values()) await app.ready()

const server = createServer((request, response) => {
  const app = apps.get(String(request.headers['x-probe']))
  if (app) app.routing(request, response)
  else report(request, response)
})
server.listen(0, '127.0.0.1', () => {
  console.log(`port ${(server.address() as AddressInfo).port}`)
})
