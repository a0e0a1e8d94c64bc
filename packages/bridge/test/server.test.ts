import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { type Answer, parseAnswer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'
import { choosy, server } from './servers/app.ts'
import { scenarios } from './servers/scenarios.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/servers.ts`,
    bindings: { bindings: { SECRET: 'bound' } },
  })
  for (const each of [server, choosy]) {
    each.listen(0)
    await once(each, 'listening')
  }
})
afterAll(async () => {
  for (const each of [server, choosy]) {
    each.closeAllConnections()
    each.close()
  }
  await worker.dispose()
})

/** What a server of the Worker answers, as JSON. */
async function ask(path: string, port = 3002): Promise<unknown> {
  const response = await worker.fetch(path, { headers: { 'x-port': String(port) } })
  return response.json()
}

/** What a scenario sees in the Worker, by one of the ways to import `node:http`. */
function runInWorker(name: string, way: string): Promise<unknown> {
  return ask(`/scenario?${String(new URLSearchParams({ way, name }))}`)
}

/** Sends the same to one server on Node and in the Worker. */
async function onBoth(
  lines: string,
  { node, port }: { node: http.Server; port: number },
): Promise<{ node: Answer; workerd: Answer }> {
  const answers = [(node.address() as AddressInfo).port, worker.port].map(async (target) => {
    const connection = await Connection.open(target)
    const [requestLine, ...rest] = lines.split('\r\n')
    const fields = `Host: x\r\nX-Port: ${port}\r\nConnection: close`
    await connection.send([requestLine, fields, ...rest].join('\r\n'))
    await connection.closes()
    return parseAnswer(connection.received)
  })
  const [onNode, onWorkerd] = await Promise.all(answers)
  return { node: onNode!, workerd: onWorkerd! }
}

const essence = ({ statusLine, headers, body }: Answer): unknown => ({
  statusLine,
  body: String(body),
  length: headers['content-length'],
  server: headers['x-server'],
})

describe.each(['the default import', "require('http')"])('a server by %s', (way) => {
  it.each(Object.keys(scenarios))('does as on Node: %s', async (name) => {
    const onNode: unknown = await scenarios[name]!(http)
    expect(await runInWorker(name, way)).toEqual(JSON.parse(JSON.stringify(onNode)))
  })
})

describe('a server by named imports', () => {
  // What a module imports by name is workerd's own class and function; nothing can stand in for it.
  const notHere = /^(?:options that are kept|options by default|a server made without new)$/

  it.each(Object.keys(scenarios).filter((name) => !notHere.test(name)))(
    'does as on Node: %s',
    async (name) => {
      const onNode: unknown = await scenarios[name]!(http)
      expect(await runInWorker(name, 'named imports')).toEqual(JSON.parse(JSON.stringify(onNode)))
    },
  )

  it('takes the options that workerd knows, and says which it does not', async () => {
    expect(await ask('/named-options')).toEqual({
      headersTimeout: 'taken',
      requestTimeout: 'taken',
      insecureHTTPParser: 'taken',
      highWaterMark: 'taken',
      keepAliveTimeout: 'ERR_OPTION_NOT_IMPLEMENTED',
      keepAliveTimeoutBuffer: 'ERR_OPTION_NOT_IMPLEMENTED',
      connectionsCheckingInterval: 'ERR_OPTION_NOT_IMPLEMENTED',
      maxHeaderSize: 'ERR_OPTION_NOT_IMPLEMENTED',
    })
  })

  it('has to be made with new', async () => {
    expect(await runInWorker('a server made without new', 'named imports')).toEqual({
      threw: "TypeError: Class constructor Server cannot be invoked without 'new'",
    })
  })
})

describe('toServerHandler', () => {
  it('hands requests to the server on its port', async () => {
    const answers = await onBoth('GET /path?query HTTP/1.1\r\n\r\n', { node: server, port: 3000 })
    expect(essence(answers.workerd)).toEqual(essence(answers.node))
    expect(String(answers.workerd.body)).toBe('GET /path?query')
    expect(answers.workerd.headers['x-server']).toBe('true')
  })

  it('emits what Node does, and the socket closes after the response', async () => {
    await onBoth('GET /observed HTTP/1.1\r\n\r\n', { node: server, port: 3000 })
    const { port } = server.address() as AddressInfo
    const onNode = await eventsOfObserved(async () =>
      (await fetch(`http://127.0.0.1:${port}/events`)).json(),
    )
    const onWorkerd = await eventsOfObserved(() => ask('/events', 3000))
    expect(onWorkerd).toEqual(onNode)
    expect(onWorkerd).toEqual(['connection, open', 'request on', 'finish on', 'close of'])
  })

  it('emits checkContinue for a client that waits', async () => {
    for (const length of [5, 6]) {
      const request =
        `POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n` +
        'x'.repeat(length)
      const { node, workerd } = await onBoth(request, { node: choosy, port: 3001 })
      // workerd sends the interim answer by itself, or not at all: what counts is the final one.
      expect([finalStatus(workerd), lastLine(workerd)]).toEqual([finalStatus(node), lastLine(node)])
    }
  })

  it('emits checkExpectation for what else is expected', async () => {
    const request = 'GET / HTTP/1.1\r\nExpect: a miracle\r\n\r\n'
    const { node, workerd } = await onBoth(request, { node: choosy, port: 3001 })
    expect([workerd.status, String(workerd.body)]).toEqual([node.status, String(node.body)])
    expect(String(workerd.body)).toBe('expected a miracle')
  })

  it('answers 417 to an expectation that nobody listens for', async () => {
    const request = 'GET /417 HTTP/1.1\r\nExpect: a miracle\r\n\r\n'
    const { node, workerd } = await onBoth(request, { node: server, port: 3000 })
    expect([workerd.statusLine, String(workerd.body)]).toEqual([node.statusLine, String(node.body)])
    expect(workerd.status).toBe(417)
  })

  it('goes on by itself where nobody listens for checkContinue', async () => {
    const request = 'POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nsent'
    const { node, workerd } = await onBoth(request, { node: server, port: 3000 })
    expect(lastLine(workerd)).toEqual(lastLine(node))
  })

  it('says which ports have a server when its own has none', async () => {
    expect(await ask('/', 9999)).toEqual({
      code: 'ERR_BRIDGE_NO_SERVER',
      message: expect.stringMatching(
        /^No server listens on port 9999 \(listening: 3000, 3001, 3002, 3003, 3004, 3005\b/,
      ),
    })
  })

  it.each([
    [3004, 'over https'],
    [3005, 'required'],
  ])('reaches a server of node:https: %d', async (port, body) => {
    const response = await worker.fetch('/', { headers: { 'x-port': String(port) } })
    expect(await response.text()).toBe(body)
  })
})

describe('a request of the app to itself', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])('reaches its server by fetch: %s', async (host) => {
    expect(await ask(`/loopback/fetch?host=${host}`)).toEqual([
      200,
      'POST',
      '/a?b yes posted bound',
    ])
  })

  it('reaches it by fetch with a Request', async () => {
    expect(await ask('/loopback/request-object')).toEqual([200, '/object   bound'])
  })

  it('reaches it by http.get', async () => {
    expect(await ask('/loopback/get')).toEqual([200, 'GET', '/got   bound'])
  })

  it('reaches it by http.request', async () => {
    expect(await ask('/loopback/request')).toEqual([200, 'PUT', '/requested yes put bound'])
  })

  it('reaches a server that is started for it', async () => {
    expect(await ask('/loopback/temporary')).toBe('temporary')
  })
})

/** What happened on the connection of the request for /observed, once that is closed. */
function eventsOfObserved(read: () => Promise<unknown>): Promise<string[]> {
  return eventually(async () => {
    const events = (await read()) as string[]
    const number = events
      .find((event) => event.startsWith('request on'))
      ?.split(' ')
      .at(-1)
    const own = events.filter((event) => event.split(/[ ,]+/).includes(String(number)))
    expect(own).toContain(`close of ${number}`)
    return own.map((event) => event.replace(` ${number}`, ''))
  })
}

/** The status of the answer after the interim ones. */
function finalStatus(answer: Answer): string | undefined {
  const text = `${answer.statusLine}\r\n\r\n${String(answer.body)}`
  return text.match(/HTTP\/1\.1 \d+/g)?.findLast((line) => !line.endsWith(' 100'))
}

function lastLine({ body }: Answer): string | undefined {
  return String(body)
    .split('\r\n')
    .findLast((line) => line !== '' && line !== '0')
}
