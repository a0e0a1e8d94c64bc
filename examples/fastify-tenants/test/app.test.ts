import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { serve, type Server, toolOf, WRANGLER } from '../../../scripts/projects/index.ts'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

interface Notebook {
  id: number
  name: string
  capacity: number
  notes: number
}
interface Note {
  id: number
  notebook: number
  text: string
}
interface Answer<Body> {
  status: number
  body: Body
}

const example = join(import.meta.dirname, '..')
let data: string
let server: Server

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'fastify-tenants-data-'))
  server = await startWrangler()
})

afterAll(async () => {
  await server?.stop()
  await rm(data, { recursive: true, force: true })
})

/** As `npm start` does, with data that outlives the process. */
function startWrangler(): Promise<Server> {
  const command = [...toolOf({ packageFolder: example }, WRANGLER), 'dev', '--persist-to', data]
  const options = ['--port=0', '--inspector-port=0', '--show-interactive-dev-session=false']
  const ready = /Ready on http:\/\/localhost:(?<port>\d+)/
  return serve([...command, ...options], example, ready)
}

async function send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
  const response = await fetch(`http://localhost:${server.port}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

/** The API, as one tenant sees it. */
class Tenant {
  readonly #prefix: string

  constructor(name: string) {
    this.#prefix = `/t/${name}`
  }

  get<Body>(path: string): Promise<Answer<Body>> {
    return send('GET', this.#prefix + path)
  }

  post<Body>(path: string, body: unknown): Promise<Answer<Body>> {
    return send('POST', this.#prefix + path, body)
  }

  addNotebook(name: string, capacity?: number): Promise<number> {
    return this.#add('/notebooks', { name, capacity })
  }

  addNote(notebook: number, text: string): Promise<number> {
    return this.#add(`/notebooks/${notebook}/notes`, { text })
  }

  async #add(path: string, fields: unknown): Promise<number> {
    const { status, body } = await this.post<{ id: number }>(path, fields)
    if (status !== 201) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`)
    return body.id
  }

  move(note: number, notebook: number): Promise<Answer<Note & { message: string }>> {
    return this.post(`/notes/${note}/move`, { notebook })
  }

  /** All there is: each notebook with its count, and the texts of the notes that are really in it. */
  async contents(): Promise<Record<string, { count: number; texts: string[] }>> {
    const { body: notebooks } = await this.get<Notebook[]>('/notebooks')
    const entries = await Promise.all(
      notebooks.map(async ({ id, name, notes: count }) => {
        const { body: notes } = await this.get<Note[]>(`/notebooks/${id}/notes`)
        return [name, { count, texts: notes.map(({ text }) => text) }] as const
      }),
    )
    return Object.fromEntries(entries)
  }
}

test('tenants have notebooks of their own, whose ids begin at 1 in each', async () => {
  const [acme, globex] = [new Tenant('acme'), new Tenant('globex')]
  const ids = [await acme.addNotebook('Plans'), await globex.addNotebook('Secrets')]
  expect(ids).toEqual([1, 1])
  await acme.addNote(1, 'of acme')
  await globex.addNote(1, 'of globex')

  expect(await acme.contents()).toEqual({ Plans: { count: 1, texts: ['of acme'] } })
  expect(await globex.contents()).toEqual({ Secrets: { count: 1, texts: ['of globex'] } })
  expect(await new Tenant('initech').contents()).toEqual({})
})

test('a note moves, and is counted where it is', async () => {
  const tenant = new Tenant('moves')
  const inbox = await tenant.addNotebook('Inbox')
  const done = await tenant.addNotebook('Done')
  const note = await tenant.addNote(inbox, 'write')
  await tenant.addNote(inbox, 'stays')

  expect(await tenant.move(note, done)).toEqual({
    status: 200,
    body: { id: note, notebook: done, text: 'write' },
  })
  expect(await tenant.contents()).toEqual({
    Inbox: { count: 1, texts: ['stays'] },
    Done: { count: 1, texts: ['write'] },
  })
})

test('what throws in the middle of a transaction leaves nothing behind', async () => {
  const tenant = new Tenant('full')
  const inbox = await tenant.addNotebook('Inbox')
  const small = await tenant.addNotebook('Small', 1)
  const note = await tenant.addNote(inbox, 'waits')
  const only = await tenant.addNote(small, 'fills it')
  const before = await tenant.contents()

  // Thrown when the note is in its new notebook, and both counts are changed.
  const refused = await tenant.move(note, small)
  expect([refused.status, refused.body.message]).toEqual([409, 'The notebook “Small” is full.'])
  expect(await tenant.contents()).toEqual(before)

  const added = await tenant.post(`/notebooks/${small}/notes`, { text: 'one too many' })
  expect(added.status).toBe(409)
  expect(await tenant.contents()).toEqual(before)

  // The object serves on, and a full notebook keeps what it has.
  expect((await tenant.move(only, small)).status).toBe(200)
  expect((await tenant.move(only, inbox)).status).toBe(200)
  expect(await tenant.contents()).toEqual({
    Inbox: { count: 2, texts: ['waits', 'fills it'] },
    Small: { count: 0, texts: [] },
  })
})

test('moves at the same time keep the counts right and every note', async () => {
  const tenant = new Tenant('busy')
  const inbox = await tenant.addNotebook('Inbox')
  const small = await tenant.addNotebook('Small', 4)
  const texts = Array.from({ length: 10 }, (_, index) => `note ${index}`)
  const notes: number[] = []
  for (const text of texts) notes.push(await tenant.addNote(inbox, text))

  // Each note is sent to the small notebook, back, and there again.
  const answers = await Promise.all(
    [small, inbox, small].flatMap((to) => notes.map((note) => tenant.move(note, to))),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses).toHaveLength(30)
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([])
  expect(statuses).toContain(200)
  expect(statuses).toContain(409)

  const contents = await tenant.contents()
  for (const { count, texts: found } of Object.values(contents)) expect(count).toBe(found.length)
  expect(contents['Small']?.count).toBeLessThanOrEqual(4)
  const all = Object.values(contents).flatMap(({ texts: found }) => found)
  expect(all.toSorted()).toEqual(texts)
})

test.each(['-acme', 'acme-', 'a%20b', 'a%2Fb', '%C3%A9', 'a'.repeat(64)])(
  'refuses the tenant name %s',
  async (name) => {
    expect(await new Tenant(name).get('/notebooks')).toEqual({
      status: 400,
      body: { error: 'Bad tenant name', code: 'ERR_TENANT_NAME' },
    })
  },
)

test('answers 404 where there is nothing', async () => {
  const tenant = new Tenant('nothing')
  const inbox = await tenant.addNotebook('Inbox')
  const note = await tenant.addNote(inbox, 'stays')
  const answers = [
    await send('GET', '/notebooks'),
    await send('GET', '/t/'),
    await tenant.get('/'),
    await tenant.get('/unknown'),
    await tenant.get('/notebooks/99/notes'),
    await tenant.move(99, inbox),
    await tenant.move(note, 99),
  ]
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
  expect(await tenant.contents()).toEqual({ Inbox: { count: 1, texts: ['stays'] } })
})

test('refuses what does not fit the schemas', async () => {
  const tenant = new Tenant('schemas')
  const answers = [
    await tenant.post('/notebooks', { name: ' ' }),
    await tenant.post('/notebooks', { name: 'Inbox', capacity: 0 }),
    await tenant.post('/notes/one/move', { notebook: 1 }),
    await tenant.post('/notes/1/move', {}),
  ]
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400))
  expect(await tenant.contents()).toEqual({})
})

test('writes only what a request may say', async () => {
  const tenant = new Tenant('fields')
  await tenant.post('/notebooks', { id: 7, name: 'Inbox', notes: 50 })
  const note = await tenant.addNote(1, 'as it is')
  const moved = await tenant.post(`/notes/${note}/move`, { notebook: 1, id: 9, text: 'other' })
  expect(moved.body).toEqual({ id: note, notebook: 1, text: 'as it is' })
  expect(await tenant.contents()).toEqual({ Inbox: { count: 1, texts: ['as it is'] } })
})

test('a tenant that starts again has what it had', async () => {
  const tenant = new Tenant('lasting')
  const inbox = await tenant.addNotebook('Inbox')
  await tenant.addNote(inbox, 'first')
  await server.stop()
  server = await startWrangler()

  await tenant.addNote(inbox, 'second')
  expect(await tenant.contents()).toEqual({ Inbox: { count: 2, texts: ['first', 'second'] } })
})

test('a migration that fails closes a tenant and leaves its data as it was', async () => {
  const notebooks = '/t/acme/notebooks'
  const json = { 'content-type': 'application/json' }
  await during(startVersion(), async ({ fetch }) => {
    const body = JSON.stringify({ name: 'Inbox' })
    expect((await fetch(notebooks, { method: 'POST', headers: json, body })).status).toBe(201)
  })

  const dropsAndFails = `async (db) => {
    await db.schema.dropTable('note').execute()
    await db.deleteFrom('notebook').execute()
    throw new Error('This migration is wrong.')
  }`
  await during(startVersion(dropsAndFails), async ({ fetch, logged }) => {
    expect((await fetch(notebooks)).status).toBe(503)
    await logged('"003_next" failed')
  })

  await during(startVersion('async () => {}'), async ({ fetch }) => {
    const answer = await fetch(notebooks)
    expect(await answer.json()).toEqual([{ id: 1, name: 'Inbox', capacity: 100, notes: 0 }])
    expect((await fetch(`${notebooks}/1/notes`)).status).toBe(200)
  })
})

/** Starts the Worker as a later deployment might be: with one migration more. */
function startVersion(up?: string): Promise<RunningWorker> {
  return startWorker({
    resolveDir: example,
    source: `
      import { migrations } from './src/database.ts'
      export { default, Tenant } from './src/worker.ts'
      ${up === undefined ? '' : `migrations['003_next'] = { up: ${up} }`}
    `,
    persistTo: join(data, 'versions'),
    bindings: { durableObjects: { TENANT: { className: 'Tenant', useSQLite: true } } },
  })
}

async function during(
  starting: Promise<RunningWorker>,
  use: (worker: RunningWorker) => Promise<void>,
): Promise<void> {
  const worker = await starting
  try {
    await use(worker)
  } finally {
    await worker.dispose()
  }
}
