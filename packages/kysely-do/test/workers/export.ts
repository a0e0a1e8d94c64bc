import {
  DurableObjectDialect,
  deleteData,
  exportJson,
  exportSql,
  runScript,
  type SqliteError,
} from '@node-cf/kysely-do'
import { DurableObject } from 'cloudflare:workers'
import { Kysely, sql } from 'kysely'
import type { ObjectNamespace } from './namespace.ts'

export class TestObject extends DurableObject {
  readonly #db = new Kysely<never>({
    dialect: new DurableObjectDialect({ storage: this.ctx.storage }),
  })

  async fetch(request: Request): Promise<Response> {
    const { storage } = this.ctx
    const action = new URL(request.url).pathname.split('/').at(-1) ?? ''
    try {
      switch (action) {
        case 'run':
          await runScript(this.#db, await request.text())
          return new Response()
        case 'sql':
          return new Response(exportSql(storage))
        case 'json':
          return new Response(exportJson(storage))
        case 'changed':
          return Response.json(
            await this.#readWhile(() => sql`update large set v = 1 where id = 1`.execute(this.#db)),
          )
        case 'dropped':
          return Response.json(await this.#readWhile(() => sql`drop table other`.execute(this.#db)))
        case 'left':
          return Response.json(await this.#leave())
        case 'during-transaction':
          return Response.json(await this.#duringTransaction())
        case 'delete':
          return Response.json(await this.#delete())
        default:
          return new Response(null, { status: 404 })
      }
    } catch (error) {
      const { code, message } = error as SqliteError
      return Response.json({ code, message }, { status: 500 })
    }
  }

  alarm(): void {}

  /** Does something between the first and the second part of an export. */
  async #readWhile(between: () => Promise<unknown>): Promise<unknown> {
    const reader = exportSql(this.ctx.storage).getReader()
    const first = await reader.read()
    await between()
    try {
      for (;;) if ((await reader.read()).done) return 'read to its end'
    } catch (error) {
      return { first: first.value!.byteLength, code: (error as SqliteError).code }
    }
  }

  /** Leaves an export in its middle, which must not lock a table. */
  async #leave(): Promise<unknown> {
    const stream = exportJson(this.ctx.storage)
    const reader = stream.getReader()
    await reader.read()
    await reader.cancel()
    // Bare SQL, without the help of the dialect.
    this.ctx.storage.sql.exec('drop table other')
    return 'dropped'
  }

  async #duringTransaction(): Promise<unknown> {
    let text: Promise<string> | undefined
    await this.#db
      .transaction()
      .execute(async (trx) => {
        await sql`insert into t (v) values ('not committed')`.execute(trx)
        text = new Response(exportSql(this.ctx.storage)).text()
        await sql`select 1`.execute(trx)
        throw new Error('stop')
      })
      .catch(() => {})
    return text
  }

  async #delete(): Promise<unknown> {
    const { storage } = this.ctx
    await storage.put('key', 'value')
    await storage.setAlarm(Date.now() + 1e9)
    await deleteData(storage)
    const { rows } = await sql`select name from sqlite_schema where name not glob '_cf_*'`.execute(
      this.#db,
    )
    return [rows, await storage.list().then((keys) => keys.size), await storage.getAlarm()]
  }
}

export default {
  fetch: (request: Request, { OBJECT }: { OBJECT: ObjectNamespace }): Promise<Response> =>
    OBJECT.getByName(new URL(request.url).pathname.split('/')[1]!).fetch(request),
}
