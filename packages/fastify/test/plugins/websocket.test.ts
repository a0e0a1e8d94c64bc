/** @fastify/websocket needs a raw socket, which Workers have none of: the rest of an app works. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'

let worker: RunningWorker
beforeAll(async () => {
  worker = await startWorker({
    resolveDir: import.meta.dirname,
    source: `
      import { toWorker } from '@node-cf/fastify'
      import websocket from '@fastify/websocket'
      import fastify from 'fastify'
      const app = fastify()
      app.register(websocket)
      app.register(async (scope) => {
        scope.get('/chat', { websocket: true }, (socket) => socket.send('hello'))
        scope.get('/page', async () => 'page')
      })
      export default await toWorker(app)`,
  })
})
afterAll(() => worker.dispose())

/** Asks for a WebSocket as a browser does; what is answered is closed by the server. */
const upgrade = (path: string, protocol = 'websocket'): Promise<string> =>
  worker.raw(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    { timeoutMs: 300 },
  )

describe('@fastify/websocket', () => {
  it('is told of when the Worker starts', async () => {
    expect(await worker.logged('[ERR_FASTIFY_WEBSOCKET]')).toContain('@fastify/websocket')
  })

  it('has a request for a WebSocket refused, and says why in the log', async () => {
    const answer = await upgrade('/chat?room=1')
    expect(answer).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n/)
    const entry = await worker.logged('GET /chat?room=1')
    expect(entry).toContain('ERR_FASTIFY_WEBSOCKET')
    expect(entry).toContain('WebSocketPair')
  })

  it('leaves everything else as it is', async () => {
    const page = await worker.fetch('/page')
    expect([page.status, await page.text()]).toEqual([200, 'page'])
    const chat = await worker.fetch('/chat')
    expect([chat.status, await chat.text()]).toEqual([404, ''])
    expect(await upgrade('/page', 'h2c')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })
})
