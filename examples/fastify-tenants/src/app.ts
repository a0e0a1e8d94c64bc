import sensible from '@fastify/sensible'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { getObjectContext } from '@node-cf/fastify'
import fastify from 'fastify'
import type { Kysely, Transaction } from 'kysely'
import { Type } from 'typebox'
import type { Database } from './database.ts'

const Id = Type.Integer({ minimum: 1 })
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' })

const Notebook = Type.Object({
  id: Id,
  name: Type.String(),
  capacity: Type.Integer({ description: 'How many notes it may have' }),
  notes: Type.Integer({ description: 'How many it has' }),
})
const Note = Type.Object({ id: Id, notebook: Id, text: Type.String() })

export const app = fastify({ logger: true }).withTypeProvider<TypeBoxTypeProvider>()

app.register(sensible)

app.get('/notebooks', { schema: { response: { 200: Type.Array(Notebook) } } }, () =>
  tenantDb().selectFrom('notebook').selectAll().orderBy('id').execute(),
)

app.post(
  '/notebooks',
  {
    schema: {
      body: Type.Object({
        name: Text(200),
        capacity: Type.Integer({ minimum: 1, maximum: 10_000, default: 100 }),
      }),
      response: { 201: Notebook },
    },
  },
  async ({ body }, reply) => {
    const notebook = await tenantDb()
      .insertInto('notebook')
      .values({ name: body.name, capacity: body.capacity })
      .returningAll()
      .executeTakeFirstOrThrow()
    return reply.code(201).send(notebook)
  },
)

app.get(
  '/notebooks/:id/notes',
  { schema: { params: Type.Object({ id: Id }), response: { 200: Type.Array(Note) } } },
  async ({ params }) => {
    const db = tenantDb()
    await checkNotebook(db, params.id)
    return db
      .selectFrom('note')
      .selectAll()
      .where('notebook', '=', params.id)
      .orderBy('id')
      .execute()
  },
)

app.post(
  '/notebooks/:id/notes',
  {
    schema: {
      params: Type.Object({ id: Id }),
      body: Type.Object({ text: Text(10_000) }),
      response: { 201: Note },
    },
  },
  async ({ params, body }, reply) => {
    const note = await tenantDb()
      .transaction()
      .execute(async (trx) => {
        await checkNotebook(trx, params.id)
        const added = await trx
          .insertInto('note')
          .values({ notebook: params.id, text: body.text })
          .returningAll()
          .executeTakeFirstOrThrow()
        await count(trx, params.id, 1)
        return added
      })
    return reply.code(201).send(note)
  },
)

app.post(
  '/notes/:id/move',
  {
    schema: {
      params: Type.Object({ id: Id }),
      body: Type.Object({ notebook: Id }),
      response: { 200: Note },
    },
  },
  ({ params, body }) =>
    tenantDb()
      .transaction()
      .execute(async (trx) => {
        const note = await trx
          .selectFrom('note')
          .selectAll()
          .where('id', '=', params.id)
          .executeTakeFirst()
        if (note === undefined) throw app.httpErrors.notFound('There is no such note.')
        await checkNotebook(trx, body.notebook)

        const { notebook } = body
        await trx.updateTable('note').set({ notebook }).where('id', '=', note.id).execute()
        await count(trx, note.notebook, -1)
        await count(trx, notebook, 1)
        return { ...note, notebook }
      }),
)

/** The database of the tenant whose request is being answered. */
function tenantDb(): Kysely<Database> {
  return getObjectContext<Kysely<Database>>().db
}

async function checkNotebook(db: Kysely<Database>, id: number): Promise<void> {
  const found = await db.selectFrom('notebook').select('id').where('id', '=', id).executeTakeFirst()
  if (found === undefined) throw app.httpErrors.notFound('There is no such notebook.')
}

/** Counts notes in or out. Throws where the notebook is full: the transaction takes all back. */
async function count(trx: Transaction<Database>, notebook: number, change: number): Promise<void> {
  const { name, notes, capacity } = await trx
    .updateTable('notebook')
    .set((eb) => ({ notes: eb('notes', '+', change) }))
    .where('id', '=', notebook)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (notes > capacity) throw app.httpErrors.conflict(`The notebook “${name}” is full.`)
}
