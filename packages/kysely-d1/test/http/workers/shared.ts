import { Kysely, sql } from 'kysely'
import type { SqliteError } from '../../../src/index.ts'
import { D1HttpDialect } from '../../../src/http.ts'
import { ACCOUNT, DATABASE, TOKEN } from '../identity.ts'

const BYTES = Uint8Array.of(0, 255)

let db: Kysely<unknown> | undefined

/** Has one database for all requests, and one place among its requests. */
export default {
  async fetch(request: Request, { API_URL }: { API_URL: string }): Promise<Response> {
    db ??= new Kysely({
      dialect: new D1HttpDialect({
        accountId: ACCOUNT,
        databaseId: DATABASE,
        token: TOKEN,
        apiUrl: API_URL,
        concurrency: 1,
        timeout: 500,
        retry: false,
      }),
    })
    const path = new URL(request.url).pathname
    const { rows } = await sql`select ${path} as path, ${BYTES} as bytes`.execute(db)
    const error: unknown = await sql`select nothing_such`.execute(db).catch((thrown) => thrown)
    return Response.json({ rows, code: (error as SqliteError).code })
  },
}
