import { D1Dialect, type D1DialectOptions } from '@node-cf/kysely-d1'
import { Kysely } from 'kysely'
import { handlerOf } from '../provision/handler.ts'
import type { Database } from '../provision/users.ts'

interface Env {
  DB: D1DialectOptions['database']
}

export default {
  fetch(request: Request, { DB }: Env): Promise<Response> {
    return handlerOf(new Kysely<Database>({ dialect: new D1Dialect({ database: DB }) }))(request)
  },
}
