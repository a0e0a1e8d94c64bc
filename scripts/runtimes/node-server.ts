/**
 * Runs an app on plain Node, in a process and a working directory of its own: the answers that a
 * Worker is held to. Started with the app's path and, as JSON, the modules to replace.
 */
import http from 'node:http'
import { registerHooks } from 'node:module'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'

/** An Express app is a listener; a Fastify app has a server of its own. */
type App =
  | http.RequestListener
  | { server: http.Server; listen(options: { port: number; host: string }): Promise<unknown> }

const [appPath = '', aliasText = '{}'] = process.argv.slice(2)
const alias = JSON.parse(aliasText) as Record<string, string>

registerHooks({
  resolve: (specifier, context, nextResolve) => nextResolve(alias[specifier] ?? specifier, context),
})

const { app } = (await import(pathToFileURL(appPath).href)) as { app: App }
const address = { port: 0, host: '127.0.0.1' }
const server = typeof app === 'function' ? http.createServer(app) : app.server
if (typeof app === 'function') {
  await new Promise<void>((resolve) => server.listen(address, resolve))
} else {
  await app.listen(address)
}
process.send?.((server.address() as AddressInfo).port)
// A test that ends early leaves nothing behind.
process.on('disconnect', () => process.exit())
