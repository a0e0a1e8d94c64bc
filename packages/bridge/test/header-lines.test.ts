import { beforeEach, describe, expect, it } from '@jest/globals'
import { findAlike, forgetSent, type HeaderLines, setOthers } from '../src/header-lines.ts'

const eight = { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6', g: '7', h: '8' }

/** Eight headers, of which some have other values. */
function linesWith(others: Record<string, string> = {}): HeaderLines {
  const fields = { ...eight, ...others }
  return { names: Object.keys(fields), values: Object.values(fields) }
}

function renamed({ names, values }: HeaderLines): HeaderLines {
  return { names: names.map((name) => `x-${name}`), values }
}

describe('headers that were sent', () => {
  beforeEach(forgetSent)

  it('are found from the second time on', () => {
    expect(findAlike('text/plain', linesWith())).toBeUndefined()
    const second = findAlike('text/plain', linesWith())
    expect(Object.fromEntries(second!.headers)).toEqual(eight)
    expect(findAlike('text/plain', linesWith())).toBe(second)
  })

  it('serve where one of four differs, which is set in the copy', () => {
    findAlike('text/plain', linesWith())
    const lines = linesWith({ b: 'other', h: 'another' })
    const sent = findAlike('text/plain', lines)!
    const response = new Response('', { headers: sent.headers })
    setOthers(response, sent, lines)
    const { 'content-type': _type, ...headers } = Object.fromEntries(response.headers)
    expect(headers).toEqual({ ...eight, b: 'other', h: 'another' })
    expect(sent.headers.get('b')).toBe('2')
  })

  it.each([
    ['more values differ', 'text/plain', linesWith({ a: '', b: '', c: '' })],
    ['there is one more', 'text/plain', linesWith({ i: '9' })],
    ['the names are others', 'text/plain', renamed(linesWith())],
    ['the content type is another', 'text/html', linesWith()],
  ])('do not serve where %s', (_what, type, lines) => {
    findAlike('text/plain', linesWith())
    expect(findAlike(type, lines)).toBeUndefined()
  })

  it('do not serve where names differ in case alone', () => {
    for (let times = 0; times < 3; times += 1) {
      expect(findAlike('text/plain', linesWith({ A: 'twin' }))).toBeUndefined()
    }
  })

  it('are forgotten where content types are many', () => {
    for (let type = 0; type < 65; type += 1) findAlike(`text/${type}`, linesWith())
    expect(findAlike('text/0', linesWith())).toBeUndefined()
  })
})
