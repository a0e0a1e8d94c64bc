import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

const entry = `${import.meta.dirname}/workers/export.ts`
const bindings = { durableObjects: { OBJECT: { className: 'TestObject', useSQLite: true } } }
let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry, bindings })
})
afterAll(() => worker.dispose())

async function ask(object: string, action: string, body?: string): Promise<string> {
  const init = body === undefined ? {} : { method: 'POST', body }
  const response = await worker.fetch(`/${object}/${action}`, init)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}

/** All that is in a database, the type and the bytes of each value. */
function contentOf(script: string): unknown {
  const database = new DatabaseSync(':memory:')
  database.exec(`begin; ${script}; commit`)
  const schema = database
    .prepare(
      "select type, name, sql from sqlite_schema where name not like 'sqlite%' order by name",
    )
    .all()
  const tables = database
    .prepare("select name from pragma_table_list where schema = 'main' and type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name !== 'sqlite_schema')
  const rows = tables.map((table) => {
    const columns = database.prepare('select name from pragma_table_xinfo(?)').all(table)
    const values = columns.map(({ name }) => {
      const column = `"${String(name).replaceAll('"', '""')}"`
      return `typeof(${column}) || ' ' || hex(cast(${column} as blob)) || ' ' || quote(${column})`
    })
    const query = `select ${values.map((value, index) => `${value} as "${index}"`).join()} from "${table.replaceAll('"', '""')}"`
    return [table, database.prepare(query).all()]
  })
  database.close()
  return { schema, rows }
}

const SCHEMA = `
create table "odd "" name" (id integer primary key autoincrement, "a ""b" text, real real, any, blob blob);
insert into "odd "" name" values (7, 'it''s; "so"', 1.5, null, x'00ff');
insert into "odd "" name" values (9007199254740993, '', 5, 5, x'');
insert into "odd "" name" values (9, cast(x'610062' as text), 9e999, -9e999, zeroblob(3));
insert into "odd "" name" values (10, cast(x'ff61' as text), 0.1, 9223372036854775807, 'text');
insert into "odd "" name" values (11, cast(x'efbbbf61' as text), -1.5e-300, 0, 'byte order mark');
delete from "odd "" name" where id = 9007199254740993;
create table child (id integer primary key, parent integer references parent (id), doubled integer as (id * 2));
create table parent (id integer primary key);
insert into parent values (1);
insert into child (id, parent) values (1, 1), (2, null);
create table "constructor" (k text primary key, v) without rowid, strict;
`.replace('v) without', 'v any) without')
const OBJECTS = `
insert into "constructor" values ('__proto__', 1), ('b', 2.0);
create unique index child_parent on child (parent desc) where parent is not null;
create view children as select * from child;
create trigger removed instead of delete on children begin delete from child where id = old.id; end;
create view view_of_view as select * from children;
`

describe('exportSql', () => {
  it('makes the same tables, rows, indexes, views and triggers again', async () => {
    await ask('schema', 'run', SCHEMA + OBJECTS)
    const exported = await ask('schema', 'sql')
    expect(contentOf(exported)).toEqual(contentOf(SCHEMA + OBJECTS))
    expect(exported).not.toContain('_cf_')
  })

  it('fills another object, whose export is the same', async () => {
    await ask('source', 'run', SCHEMA + OBJECTS)
    const exported = await ask('source', 'sql')
    await ask('copy', 'run', exported)
    expect(await ask('copy', 'sql')).toBe(exported)
  })

  it('exports an empty object', async () => {
    expect(await ask('empty', 'sql')).toBe('pragma defer_foreign_keys = on;\n')
  })

  it('keeps every value as it is', async () => {
    const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
    const real = fc.double({ noNaN: true }).map((value) => {
      if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999'
      return value.toExponential(20)
    })
    const hexadecimal = fc
      .uint8Array({ maxLength: 20 })
      .map((bytes) => `x'${Buffer.from(bytes).toString('hex')}'`)
    const text = fc
      .string({ unit: 'binary', maxLength: 20 })
      .map((value) => `cast(x'${Buffer.from(value).toString('hex')}' as text)`)
    const literal = fc.oneof(
      fc.constant('null'),
      integer,
      real,
      hexadecimal,
      text,
      hexadecimal.map((bytes) => `cast(${bytes} as text)`),
    )
    let object = 0
    await fc.assert(
      fc.asyncProperty(fc.array(literal, { minLength: 1, maxLength: 30 }), async (values) => {
        const script = `create table t (v); ${values.map((value) => `insert into t values (${value});`).join('')}`
        const name = `values-${(object += 1)}`
        await ask(name, 'run', script)
        expect(contentOf(await ask(name, 'sql'))).toEqual(contentOf(script))
      }),
      { numRuns: 60 },
    )
  })

  it('keeps what full-text search needs', async () => {
    await ask(
      'search',
      'run',
      `create virtual table page using fts5 (title, body);
      insert into page (rowid, title, body) values (5, 'One', 'first words'), (9, 'Two', 'second words');
      create virtual table word using fts5vocab (page, row);`,
    )
    const exported = await ask('search', 'sql')
    expect(exported).not.toContain('page_data')
    await ask('search-copy', 'run', exported)
    expect(await ask('search-copy', 'sql')).toBe(exported)
    const database = new DatabaseSync(':memory:')
    database.exec(exported)
    const found = database.prepare("select rowid, title from page where page match 'second'").all()
    expect(found).toEqual([{ rowid: 9, title: 'Two' }])
    expect(database.prepare("select doc from word where term = 'words'").get()).toEqual({ doc: 2 })
  })

  it('refuses what it could not export whole', async () => {
    await ask('contentless', 'run', "create virtual table page using fts5 (body, content = '')")
    const response = worker.fetch('/contentless/sql').then((answer) => answer.text())
    await expect(response).rejects.toThrow(/fetch failed|terminated/)
    await worker.logged(/keeps no content cannot be exported/)
  })

  it('shows nothing of a transaction that is open', async () => {
    await ask('open', 'run', 'create table t (v); insert into t values (1)')
    expect(JSON.parse(await ask('open', 'during-transaction'))).toBe(
      'pragma defer_foreign_keys = on;\nCREATE TABLE t (v);\ninsert into "t" ("v") values (1);\n',
    )
  })
})

describe('an export of several parts', () => {
  const large = `
    create table large (id integer primary key, v text);
    with recursive ids (id) as (select 1 union all select id + 1 from ids where id < 12)
      insert into large select id, hex(zeroblob(500000)) from ids;
    create table other (id integer);`

  it('is whole', async () => {
    await ask('whole', 'run', large)
    const exported = await ask('whole', 'sql')
    expect(exported.length).toBeGreaterThan(12_000_000)
    expect(contentOf(exported)).toEqual(contentOf(large))
  })

  it.each(['changed', 'dropped'])('fails when the data are %s in the middle', async (action) => {
    await ask(action, 'run', large)
    const result = JSON.parse(await ask(action, action))
    expect(result).toEqual({
      first: expect.any(Number),
      code: 'ERR_SQLITE_EXPORT',
    })
    expect(result.first).toBeGreaterThan(4_000_000)
  })

  it('locks nothing when it is left in the middle', async () => {
    await ask('left', 'run', large)
    expect(JSON.parse(await ask('left', 'left'))).toBe('dropped')
  })
})

describe('exportJson', () => {
  it('says exactly what each value is', async () => {
    await ask('json', 'run', SCHEMA + OBJECTS)
    const text = await ask('json', 'json')
    const { schema, tables } = JSON.parse(text)
    expect(schema).toHaveLength(8)
    expect(schema[1]).toMatch(/^create table child/i)
    expect(tables).toEqual({
      'odd " name': [
        { id: 7, 'a "b': 'it\'s; "so"', real: 1.5, any: null, blob: { $blob: '00ff' } },
        {
          id: 9,
          'a "b': 'a\0b',
          real: { $real: 'Infinity' },
          any: { $real: '-Infinity' },
          blob: { $blob: '000000' },
        },
        {
          id: 10,
          'a "b': { $text: 'ff61' },
          real: 0.1,
          any: { $integer: '9223372036854775807' },
          blob: 'text',
        },
        { id: 11, 'a "b': '\ufeffa', real: -1.5e-300, any: 0, blob: 'byte order mark' },
      ],
      child: [
        { id: 1, parent: 1 },
        { id: 2, parent: null },
      ],
      parent: [{ id: 1 }],
      constructor: [
        { k: '__proto__', v: 1 },
        { k: 'b', v: 2 },
      ],
    })
    expect(text).toContain('"v":1}')
    expect(text).toContain('"v":2.0}')
  })

  it('exports an empty object', async () => {
    expect(JSON.parse(await ask('empty', 'json'))).toEqual({ schema: [], tables: {} })
  })
})

describe('deleteData', () => {
  it('deletes tables, keys and the alarm', async () => {
    await ask('deleted', 'run', SCHEMA + OBJECTS)
    expect(JSON.parse(await ask('deleted', 'delete'))).toEqual([[], 0, null])
    expect(await ask('deleted', 'sql')).toBe('pragma defer_foreign_keys = on;\n')
  })

  it('deletes the alarm of an object of an older compatibility date, too', async () => {
    const older = await startWorker({
      entry,
      bindings,
      compatibilityDate: '2026-01-01',
      compatibilityFlags: ['nodejs_compat'],
    })
    expect(await (await older.fetch('/deleted/delete')).json()).toEqual([[], 0, null])
    await older.dispose()
  })
})
