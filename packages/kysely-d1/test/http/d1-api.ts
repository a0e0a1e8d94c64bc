import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { splitStatements } from '@node-cf/kysely-sqlite'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { D1HttpDialect, type D1HttpDialectOptions } from '../../src/http.ts'
import { ACCOUNT, DATABASE, TOKEN } from './identity.ts'

/** A statement as the API takes it. */
interface ApiStatement {
  sql: string
  params?: unknown[]
}

export interface ApiAnswer {
  status: number
  body: string
  headers?: Record<string, string>
}

/** What the server does with one request in place of answering it properly. */
export type Fault = (
  /** Executes what was sent. */
  execute: () => Promise<ApiAnswer>,
  response: ServerResponse,
  request: IncomingMessage,
) => Promise<ApiAnswer | undefined>

/** A server of D1's HTTP API on this machine, over a real database of workerd. */
export interface D1Api {
  /** For the dialect's option `apiUrl`. */
  readonly url: string
  /** A dialect for the server's database. */
  dialect(options?: Partial<D1HttpDialectOptions>): D1HttpDialect
  /** The bodies of all requests so far, malformed ones included. */
  readonly requests: unknown[]
  /** The authorization fields of all requests so far. */
  readonly tokens: (string | undefined)[]
  /** What happens to the next requests, the first fault to the next one. */
  readonly faults: Fault[]
  /** How many requests run at this moment, and how many did at once at most. */
  readonly load: { now: number; most: number }
  /** Forgets the requests so far; throws where a fault is left that befell none of them. */
  reset(): void
  /** Runs SQL past the API, and returns the rows. */
  query(sql: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** Takes batches of statements; what D1 says of a failure is told as it is. */
const WORKER = `
  export default {
    async fetch(request, env) {
      const statements = await request.json()
      const prepared = statements.map(({ sql, params = [] }) => {
        const statement = env.DB.prepare(sql)
        return params.length === 0 ? statement : statement.bind(...params)
      })
      try {
        return Response.json({ results: await env.DB.batch(prepared) })
      } catch (error) {
        return Response.json({ error: error.message.replace(/^D1_ERROR: /, '') })
      }
    },
  }`

interface D1Result {
  results: Record<string, unknown>[]
  meta: unknown
}

/**
 * Starts the server.
 * @param options.extendedCodes Whether messages name SQLite's extended result codes; hosted D1 has
 * been seen without them
 */
export async function startD1Api(options: { extendedCodes?: boolean } = {}): Promise<D1Api> {
  const { extendedCodes = false } = options
  const worker = await startWorker({ source: WORKER, bindings: { d1Databases: { DB: 'api' } } })
  const run = async (
    statements: ApiStatement[],
  ): Promise<{ results?: D1Result[]; error?: string }> => {
    const response = await worker.fetch('/', { method: 'POST', body: JSON.stringify(statements) })
    return (await response.json()) as { results?: D1Result[]; error?: string }
  }

  async function execute(body: unknown): Promise<ApiAnswer> {
    const statements = statementsOf(body)
    if (statements === undefined) return failure(400, 7400, 'The request is malformed')
    const { results, error = '' } = await run(statements)
    if (results === undefined) {
      return failure(400, 7500, extendedCodes ? error : error.replace(/ \(extended: \w+\)$/, ''))
    }
    return success(results)
  }

  const requests: unknown[] = []
  const tokens: (string | undefined)[] = []
  const faults: Fault[] = []
  const load = { now: 0, most: 0 }
  const path = `/client/v4/accounts/${ACCOUNT}/d1/database/${DATABASE}/raw`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request)
    const body = parsed(sent)
    requests.push(body)
    tokens.push(request.headers.authorization)
    const fault = faults.shift()
    const proper = async (): Promise<ApiAnswer> => {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) {
        return failure(401, 10_000, 'Authentication error')
      }
      if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
        return failure(400, 7400, 'The request is malformed')
      }
      if (request.url !== path) return failure(404, 7404, 'The database could not be found')
      return execute(body)
    }
    const result = fault === undefined ? await proper() : await fault(proper, response, request)
    if (result === undefined) return
    response.writeHead(result.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(result.body),
      ...result.headers,
    })
    response.end(result.body)
  }

  const server = createServer((request, response) => {
    load.now += 1
    load.most = Math.max(load.most, load.now)
    response.on('close', () => (load.now -= 1))
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const url = `http://127.0.0.1:${port}/client/v4`
  return {
    url,
    dialect: (given) =>
      new D1HttpDialect({
        accountId: ACCOUNT,
        databaseId: DATABASE,
        token: TOKEN,
        apiUrl: url,
        ...given,
      }),
    requests,
    tokens,
    faults,
    load,
    reset() {
      requests.length = 0
      tokens.length = 0
      load.most = load.now
      if (faults.splice(0).length > 0) throw new Error('A fault befell no request')
    },
    async query(sql) {
      const { results, error } = await run([{ sql }])
      if (results === undefined) throw new Error(error)
      return results[0]!.results
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await worker.dispose()
    },
  }
}

/** The statements of a body, or `undefined` for what the API's documentation does not allow. */
function statementsOf(body: unknown): ApiStatement[] | undefined {
  const { batch } = body as { batch?: unknown }
  if (Array.isArray(batch)) return batch.every(isStatement) ? batch : undefined
  if (!isStatement(body)) return undefined
  const statements = splitStatements(body.sql)
  if (statements.length <= 1) return [body]
  return body.params === undefined ? statements.map((sql) => ({ sql })) : undefined
}

function isStatement(value: unknown): value is ApiStatement {
  const { sql, params = [] } = (value ?? {}) as Partial<ApiStatement>
  return typeof sql === 'string' && Array.isArray(params) && params.every(isParameter)
}

/** The documentation has text alone; numbers and null are what everybody sends. */
function isParameter(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number'
}

function success(results: D1Result[]): ApiAnswer {
  const result = results.map(({ results: objects, meta }) => ({
    success: true,
    meta,
    results: {
      columns: Object.keys(objects[0] ?? {}),
      rows: objects.map((row) => Object.values(row)),
    },
  }))
  return { status: 200, body: JSON.stringify({ success: true, errors: [], messages: [], result }) }
}

/** An answer that says what is wrong, as the API does. */
export function failure(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): ApiAnswer {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null }
  return { status, body: JSON.stringify(body), headers }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return body
  }
}

/** Answers without executing anything. */
export function refuse(answer: ApiAnswer): Fault {
  return () => Promise.resolve(answer)
}

/** Executes, then answers with something else. */
export function distort(change: (answer: ApiAnswer) => ApiAnswer): Fault {
  return async (execute) => change(await execute())
}

/** Cuts the connection before anything is executed. */
export const cutBefore: Fault = (_execute, _response, request) => {
  request.socket.destroy()
  return Promise.resolve(undefined)
}

/** Executes, and cuts the connection in place of answering. */
export const cutAfter: Fault = async (execute, _response, request) => {
  await execute()
  request.socket.destroy()
  return undefined
}

/** Executes, and cuts the connection in the middle of the answer. */
export const cutInside: Fault = async (execute, response, request) => {
  const { status, body } = await execute()
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, body.length / 2), () => request.socket.destroy())
  return undefined
}

/** Holds a request back until it is let go. */
export function hold(): { fault: Fault; arrived: Promise<void>; release: () => void } {
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  return {
    fault: async (execute) => {
      arrived.resolve()
      await released.promise
      return execute()
    },
    arrived: arrived.promise,
    release: released.resolve,
  }
}
