/**
 * Runs an app on plain Node, in a process and a working directory of its own: the answers that a
 * Worker is held to. Started with the app's path and the Express that `express` stands for.
 */
import http from 'node:http'
import { registerHooks } from 'node:module'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'

const [appPath = '', express = 'express'] = process.argv.slice(2)

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier === 'express' ? express : specifier, context),
})

const { app } = (await import(pathToFileURL(appPath).href)) as { app: http.RequestListener }
const server = http.createServer(app).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
// A test that ends early leaves nothing behind.
process.on('disconnect', () => process.exit())
