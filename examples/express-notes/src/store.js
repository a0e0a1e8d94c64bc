/** Where the app keeps its data. What lies below, D1 and R2 or others, is the platform's affair. */
import { randomUUID } from 'node:crypto'
import { dialect, files } from '#platform'
import { CamelCasePlugin, Kysely, sql } from 'kysely'

const db = new Kysely({ dialect, plugins: [new CamelCasePlugin()] })

export { files }

export const users = {
  find(name) {
    return db.selectFrom('user').selectAll().where('name', '=', name).executeTakeFirst()
  },

  /** All users with the number of their notes. */
  list() {
    return db
      .selectFrom('user')
      .leftJoin('note', 'note.owner', 'user.name')
      .select(['user.name', (eb) => eb.fn.count('note.id').as('notes')])
      .groupBy('user.name')
      .orderBy('user.name')
      .execute()
  },
}

/** A note is `{ id, owner, title, text, attachment, createdAt, updatedAt }`; `attachment` is a key or null. */
export const notes = {
  /** The owner's notes, newest first, only those that contain `search` when it is given. */
  list(owner, search = '') {
    return db
      .selectFrom('note')
      .selectAll()
      .where('owner', '=', owner)
      .$if(search !== '', (query) =>
        query.where(sql`instr(lower(title || char(10) || text), lower(${search}))`, '>', 0),
      )
      .orderBy('createdAt', 'desc')
      .orderBy(sql`rowid`, 'desc')
      .execute()
  },

  find(owner, id) {
    return db
      .selectFrom('note')
      .selectAll()
      .where('owner', '=', owner)
      .where('id', '=', id)
      .executeTakeFirst()
  },

  add(owner, { title, text, attachment = null }) {
    const now = new Date().toISOString()
    const note = {
      id: randomUUID(),
      owner,
      title,
      text,
      attachment,
      createdAt: now,
      updatedAt: now,
    }
    return db.insertInto('note').values(note).returningAll().executeTakeFirstOrThrow()
  },

  update(id, changes) {
    return db
      .updateTable('note')
      .set({ ...changes, updatedAt: new Date().toISOString() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  },

  async remove(id) {
    await db.deleteFrom('note').where('id', '=', id).execute()
  },
}
