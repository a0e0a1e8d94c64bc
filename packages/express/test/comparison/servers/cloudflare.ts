/** Cloudflare's own bridge. */
import { httpServerHandler } from 'cloudflare:node'
import { createServer } from 'node:http'
import { listener } from '../app.ts'

const port = 8080
createServer(listener).listen(port)

export default httpServerHandler({ port })
