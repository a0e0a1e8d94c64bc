import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { parseAnswer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'
import { listener } from './servers/noted.ts'
import { routes } from './servers/socket-app.ts'

let worker: RunningWorker
const node = http.createServer(listener)

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/sockets.ts` })
  node.listen(0, '127.0.0.1')
  await once(node, 'listening')
})
afterAll(async () => {
  node.closeAllConnections()
  node.close()
  await worker.dispose()
})

/** What a client sees of a path: its answer, or that the server broke off. */
async function seenBy(port: number, path: string): Promise<unknown> {
  const connection = await Connection.open(port)
  await connection.send(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  await connection.closes()
  // Before there is a head, Node can only close the connection, and a Worker only answer 500.
  if (connection.bytesReceived === 0) return 'broken off'
  const { status, body } = parseAnswer(connection.received)
  return status === 500 ? 'broken off' : [status, String(body)]
}

/** All that a route has noted, once nothing more can come. */
function notesOf(port: number, path: string): Promise<unknown> {
  return eventually(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/notes`)
    const notes = (await response.json()) as Record<string, unknown[]>
    expect(notes[path]).toContain('all')
    return notes[path]
  })
}

async function text(path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await worker.fetch(path, { headers })).text()
}

describe('a socket', () => {
  it.each(Object.keys(routes))('does as on Node: %s', async (path) => {
    const nodePort = (node.address() as AddressInfo).port
    const [onNode, onWorkerd] = await Promise.all([
      seenBy(nodePort, path),
      seenBy(worker.port, path),
    ])
    expect(onWorkerd).toEqual(onNode)
    expect(await notesOf(worker.port, path)).toEqual(await notesOf(nodePort, path))
  })

  it('belongs to one request, with its listeners', async () => {
    expect(JSON.parse(await text('/own'))).toEqual([true, 0])
    expect(JSON.parse(await text('/own'))).toEqual([true, 0])
  })
})

describe('the client of a socket', () => {
  const cf = '{"colo":"AMS"}'

  it('is the one that Cloudflare names', async () => {
    const headers = { 'MF-CF-Blob': cf, 'cf-connecting-ip': '203.0.113.7' }
    expect(JSON.parse(await text('/client', headers))).toMatchObject({
      remoteAddress: '203.0.113.7',
      remoteFamily: 'IPv4',
    })
  })

  it('may have an address of IPv6', async () => {
    const headers = { 'MF-CF-Blob': cf, 'cf-connecting-ip': '2001:db8::7' }
    expect(JSON.parse(await text('/client', headers))).toMatchObject({
      remoteAddress: '2001:db8::7',
      remoteFamily: 'IPv6',
    })
  })

  it.each([
    { 'cf-connecting-ip': '203.0.113.7' },
    { 'MF-CF-Blob': cf, 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7' },
  ])('is not the one that a client names: %j', async (headers) => {
    expect(JSON.parse(await text('/client', headers))).toMatchObject({
      remoteAddress: '127.0.0.1',
      remoteFamily: 'IPv4',
    })
  })

  it('is connected over TLS where the URL says so', async () => {
    const { encrypted, localPort } = JSON.parse(
      await text('/client', { 'x-over-tls': 'yes', host: 'example.com' }),
    )
    expect([encrypted, localPort]).toEqual([true, worker.port])
  })

  it('is not where only a header says so', async () => {
    const headers = { 'x-forwarded-proto': 'https', forwarded: 'proto=https' }
    expect(JSON.parse(await text('/client', headers))).not.toHaveProperty('encrypted')
  })
})

describe('a socket that is used as a stream', () => {
  it('refuses bytes, and says what to do', async () => {
    await text('/write')
    await eventually(async () => {
      expect(JSON.parse(await text('/last-errors'))).toEqual([
        ['callback', 'ERR_BRIDGE_RAW_SOCKET'],
        ['event', 'ERR_BRIDGE_RAW_SOCKET'],
      ])
    })
  })

  it('harms no other request when nobody listens for the error', async () => {
    const others = Array.from({ length: 5 }, () => text('/client'))
    await text('/write-unheard')
    for (const other of await Promise.all(others)) expect(other).toContain('remoteAddress')
    expect(await text('/client')).toContain('remoteAddress')
  })

  it('gives no bytes', async () => {
    expect(await text('/read')).toBe('[]')
  })

  it('breaks the exchange off by end()', async () => {
    expect((await worker.fetch('/end')).status).toBe(500)
  })

  it('closes with an error that it was destroyed with', async () => {
    expect(await text('/destroy-with-error')).toBe('Internal Server Error')
    await eventually(async () => {
      expect(JSON.parse(await text('/last-errors'))).toEqual(['of the socket', true])
    })
  })
})
