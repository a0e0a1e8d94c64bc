import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { splitStatements, tokensOf } from '../src/sql-text.ts'

describe('splitStatements', () => {
  it.each<[string, string, string[]]>([
    ['nothing', ' \n', []],
    ['only comments', '-- a;\n/* b; */;;', []],
    ['one statement, with and without its semicolon', 'select 1', ['select 1']],
    ['two statements', 'select 1;\n select 2 ;', ['select 1', 'select 2']],
    [
      'semicolons in strings',
      `select ';', 'it''s;'; select 2`,
      [`select ';', 'it''s;'`, 'select 2'],
    ],
    [
      'semicolons in names',
      'select 1 as ";""", 2 as `;```, 3 as [;]; select 2',
      ['select 1 as ";""", 2 as `;```, 3 as [;]', 'select 2'],
    ],
    [
      'semicolons in comments',
      'select 1 -- one; \n, 2 /* ; two */; -- last;',
      ['select 1 -- one; \n, 2'],
    ],
    [
      'comments that open in strings',
      `select '--', '/*'; select 2`,
      [`select '--', '/*'`, 'select 2'],
    ],
    ['quotes in comments', `-- it's\nselect 1; /* " */ select 2`, ['select 1', 'select 2']],
    [
      'triggers',
      `create trigger t after insert on a begin
         update a set b = case when b > 1 then 2 end;
         delete from c;
       END; select 2`,
      [
        `create trigger t after insert on a begin
         update a set b = case when b > 1 then 2 end;
         delete from c;
       END`,
        'select 2',
      ],
    ],
    [
      'temporary triggers with a comment before their end',
      'CREATE /* ; */ TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; -- done;\nEND;select 2;',
      ['CREATE /* ; */ TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; -- done;\nEND', 'select 2'],
    ],
    [
      'what is only called trigger or end',
      'create table trigger_log (a); select 1 as trigger; select 2 as "end"; select 3',
      ['create table trigger_log (a)', 'select 1 as trigger', 'select 2 as "end"', 'select 3'],
    ],
    [
      'a quote that nothing closes',
      `select 1; select 'a; select 2`,
      ['select 1', `select 'a; select 2`],
    ],
    ['a comment that nothing closes', 'select 1; /* select 2;', ['select 1']],
    ['line ends of Windows', 'select 1;\r\n-- two\r\nselect 2;\r\n', ['select 1', 'select 2']],
  ])('understands %s', (_, script, statements) => {
    expect(splitStatements(script)).toEqual(statements)
  })

  it('takes a long string in its stride', () => {
    const value = `'${'a;'.repeat(500_000)}'`
    expect(splitStatements(`select ${value}; select 2`)).toEqual([`select ${value}`, 'select 2'])
  })

  it('leaves a database as the script itself does', () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom(...Array.from(`a;'"\`-/*[?é `)),
    })
    const statement = fc.oneof(
      name.map((text) => `insert into log values ('${text.replaceAll("'", "''")}')`),
      name.map(
        (text) =>
          `insert into log select "${text.replaceAll('"', '""')}" from (select 1 as "${text.replaceAll('"', '""')}")`,
      ),
      fc
        .nat(9)
        .map(
          (n) =>
            `create trigger if not exists t${n} after delete on log begin insert into log values (case when ${n} then ';' end); end`,
        ),
      fc.constant('delete from log where rowid = 1'),
      fc.constant(''),
    )
    const blank = fc.constantFrom('', ' ', '\n', '-- a;\n', "/* it's; */")
    const script = fc
      .array(fc.tuple(blank, statement, blank))
      .map((parts) => parts.map((part) => part.join('')).join(';'))
    fc.assert(
      fc.property(script, (sql) => {
        expect(run(splitStatements(sql))).toEqual(run([sql]))
      }),
    )
  })
})

function run(scripts: string[]): unknown[] {
  const database = new DatabaseSync(':memory:')
  database.exec('create table log (text)')
  for (const script of scripts) database.exec(script)
  const rows = database
    .prepare('select rowid, text from log union all select 0, sql from sqlite_schema')
    .all()
  database.close()
  return rows
}

describe('tokensOf', () => {
  it('finds every token where it stands', () => {
    const sql = fc.string({ unit: fc.constantFrom(...Array.from(`ab1 ?;'"\`[]-/*\n$:é`)) })
    fc.assert(
      fc.property(sql, (text) => {
        for (const token of tokensOf(text)) {
          expect(token.text).not.toBe('')
          expect(text.startsWith(token.text, token.start)).toBe(true)
        }
      }),
    )
  })
})
