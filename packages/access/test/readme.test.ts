import { describe, expect, it } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import { attacks } from './attacks/attacks.ts'

const folder = import.meta.dirname
const read = (path: string): Promise<string> => readFile(`${folder}/${path}`, 'utf8')

describe('the README', () => {
  it('shows the example that is tested', async () => {
    expect(await read('../README.md')).toContain(await read('provision/users.ts'))
  })

  it('lists every attack, and no other', async () => {
    const [, table = ''] = (await read('../README.md')).split(/<\/?details>/)
    const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    const listed = rows.filter(([, , code]) => code?.startsWith('`ERR_'))
    expect(listed.map(([, name, code]) => [name?.replaceAll('`', ''), code])).toEqual(
      Object.values(attacks)
        .flat()
        .map(({ name, code }) => [name, `\`${code}\``]),
    )
  })

  it('explains every code', async () => {
    const [, statuses = ''] = (await read('../src/errors.ts')).split(
      /const STATUSES = \{|\} as const/,
    )
    const codes = statuses.match(/ERR_\w+: \d+/g) ?? []
    expect(codes.length).toBeGreaterThan(10)
    const [, errors = ''] = (await read('../README.md')).split(/## Errors|## Attacks/)
    const rows = [...errors.matchAll(/^\| `(\w+)` *\| (\d+) /gm)]
    expect(rows.map(([, code, status]) => `${code}: ${status}`).toSorted()).toEqual(
      codes.toSorted(),
    )
  })
})
