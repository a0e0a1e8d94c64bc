import { AccessError, type AccessIdentity, splitName } from '@node-cf/access'
import type { Generated, Kysely, Selectable } from 'kysely'

export interface Database {
  users: {
    id: Generated<number>
    username: string // with a unique index
    email: string
    first_name: string
    last_name: string
    is_active: Generated<number>
  }
}
export type User = Selectable<Database['users']>

/** Finds the user of an identity, or creates it; services have none. */
export async function userOf(
  db: Kysely<Database>,
  identity: AccessIdentity,
): Promise<User | undefined> {
  if (identity.kind !== 'user') return undefined
  const { email, name } = identity
  const { firstName: first_name, lastName: last_name } = splitName(name)

  let user = await find(db, email)
  if (user === undefined) {
    // Of several that come at once the first creates the user, and all find it.
    await db
      .insertInto('users')
      .values({ username: email, email, first_name, last_name })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .execute()
    user = await find(db, email)
  }
  if (!user?.is_active) throw new AccessError('ERR_ACCESS_FORBIDDEN', 'This user is inactive.')

  const isRenamed = user.first_name !== first_name || user.last_name !== last_name
  if (name === undefined || !isRenamed) return user
  await db.updateTable('users').set({ first_name, last_name }).where('id', '=', user.id).execute()
  return { ...user, first_name, last_name }
}

async function find(db: Kysely<Database>, username: string): Promise<User | undefined> {
  return db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()
}
