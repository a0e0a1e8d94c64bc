import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Answer, send } from '../../../../scripts/runtimes/index.ts'
import { curl } from './curl.ts'
import { matrix, type MatrixRow, matrixTable } from './matrix.ts'
import { type MountName, mountNames, type Mounts, startMounts } from './mounts.ts'

const files: Record<string, string> = {
  'letters.txt': 'abcdefghijklmnopqrstuvwxyz',
  'empty.txt': '',
}
const DAY = 86_400_000

let mounts: Mounts

beforeAll(async () => {
  mounts = await startMounts(files)
})
afterAll(() => mounts.stop())

/** The fields of a row's request, with the file's own values in place of their names. */
async function headersOf(row: MatrixRow, name: MountName): Promise<Record<string, string>> {
  const { port, path } = mounts.at(name)
  const { headers } = await send(port, path + row.file, { method: 'HEAD' })
  const modified = Date.parse(headers['last-modified'] ?? '')
  const date = (difference: number): string => new Date(modified + difference).toUTCString()
  const values: Record<string, () => string> = {
    '<etag>': () => headers.etag!.slice(1, -1),
    '<modified>': () => date(0),
    '<earlier>': () => date(-DAY),
    '<later>': () => date(DAY),
  }
  return Object.fromEntries(
    Object.entries(row.headers ?? {}).map(([field, value]) => [
      field,
      value.replaceAll(/<\w+>/g, (word) => values[word]!()),
    ]),
  )
}

/** The fields that all answers with a status have. */
function usualFields(status: number): Record<string, unknown> {
  const cached = {
    'cache-control': 'private, no-cache',
    etag: expect.stringMatching(/^"[\w-]+"$/),
    'last-modified': expect.stringMatching(/ GMT$/),
  }
  if (status === 304) return cached
  if (status > 206) return { 'cache-control': 'no-store' }
  return {
    ...cached,
    'accept-ranges': 'bytes',
    'content-type': expect.stringMatching(/^text\/plain/),
    'x-content-type-options': 'nosniff',
  }
}

/** What is to be seen of an answer to a row. */
function expectedAnswer(row: MatrixRow): unknown {
  const fields = Object.entries(row.answer ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ])
  return {
    status: row.status,
    headers: expect.objectContaining({
      ...usualFields(row.status),
      ...(Object.fromEntries(fields) as Record<string, string>),
    }),
    range: row.answer?.['Content-Range'],
    text: bodyOf(row),
  }
}

function seen({ status, headers, text }: Pick<Answer, 'status' | 'headers' | 'text'>): unknown {
  return { status, headers, range: headers['content-range'], text }
}

function bodyOf({ file, method, status, answer }: MatrixRow): string {
  if (method === 'HEAD' || status > 206) return ''
  const [, first, last] = /(\d+)-(\d+)/.exec(answer?.['Content-Range'] ?? '') ?? []
  return files[file]!.slice(Number(first ?? 0), Number(last ?? Infinity) + 1)
}

const rows = matrix.map((row) => {
  const fields = Object.entries(row.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  return [[row.method, row.file, ...fields].join(' '), row] as const
})

async function request(name: MountName, row: MatrixRow): Promise<Answer> {
  const { port, path } = mounts.at(name)
  const headers = await headersOf(row, name)
  return send(port, path + row.file, { method: row.method, headers })
}

/** Whether the app answers, and not the handler. */
function isPassedOn(name: MountName, { status }: MatrixRow): boolean {
  return status === 404 && name.startsWith('Express')
}

const cases = mountNames.flatMap((name) => rows.map(([title, row]) => ({ name, title, row })))

describe('every mount answers', () => {
  it.each(cases.filter(({ name, row }) => !isPassedOn(name, row)))(
    '$name: $title',
    async ({ name, row }) => {
      expect(seen(await request(name, row))).toEqual(expectedAnswer(row))
    },
  )
})

describe('Express passes on', () => {
  it.each(cases.filter(({ name, row }) => isPassedOn(name, row)))(
    '$name: $title',
    async ({ name, row }) => {
      const text = row.method === 'HEAD' ? '' : `no ${mounts.at(name).path}${row.file}`
      expect(await request(name, row)).toMatchObject({ status: 404, text })
    },
  )
})

describe('curl is answered by a Worker', () => {
  it.each(rows)('%s', async (_title, row) => {
    const { port, path } = mounts.at('a Worker')
    const headers = await headersOf(row, 'a Worker')
    const answer = await curl(port, path + row.file, row.method, headers)
    expect(seen(answer)).toEqual(expectedAnswer(row))
  })
})

describe('the README', () => {
  it('has the same table', async () => {
    const readme = await readFile(`${import.meta.dirname}/../../README.md`, 'utf8')
    const cells = readme
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split(/ *\| */).slice(1, -1))
    expect(cells).toEqual(expect.arrayContaining(matrixTable()))
  })
})
