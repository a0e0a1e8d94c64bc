import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { fromHeader, toHeader } from '../../src/encoded-words.ts'
import { escapeXml, parseXml, textOf } from '../../src/s3-xml.ts'

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 200 })

describe('encoded words', () => {
  it('bring every text through a header, in words of 75 characters', () => {
    fc.assert(
      fc.property(fc.oneof(wellFormed, fc.constantFrom('=?', ' a', '=?UTF-8?Q?=41?=')), (text) => {
        const header = toHeader(text)
        expect(header).toMatch(/^(?:[!-~](?:[ -~]*[!-~])?)?$/)
        expect(fromHeader(header)).toBe(text)
        const words = header === text ? [] : header.split(' ')
        expect(words.filter((word) => word.length > 75)).toEqual([])
      }),
    )
  })

  it('are read in both encodings', () => {
    expect(fromHeader('=?utf-8?q?Zo=C3=AB_Q=3d1?= =?UTF-8?B?IPCfmIA=?=')).toBe('Zoë Q=1 😀')
    expect(fromHeader('plain, =?and not?= =?utf-8?x?a?=')).toBe('plain, =?and not?= =?utf-8?x?a?=')
  })
})

describe('parseXml', () => {
  it('reads elements, attributes and references', () => {
    const root = parseXml(
      `<?xml version="1.0" encoding="UTF-8"?>\n<List xmlns="http://a/" b='c>'><Key>a&amp;b&#233;&#xe9;&lt;</Key>\n<Empty/><Empty a="b" /></List>\n`,
    )
    expect(root.name).toBe('List')
    expect(textOf(root, 'Key')).toBe('a&béé<')
    expect(textOf(root, 'Missing')).toBe('')
    expect(root.children.map(({ name }) => name)).toEqual(['Key', 'Empty', 'Empty'])
  })

  it('reads what was escaped', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(textOf(parseXml(`<a><b>${escapeXml(text)}</b></a>`), 'b')).toBe(text)
      }),
    )
  })

  it.each([
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a><b></a></b>',
    '<a>&unknown;</a>',
    '<a>&#xffffff;</a>',
    '<a>& b</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a><![CDATA[b]]></a>',
    '<a><!-- b --></a>',
    '<a b=c/>',
    '<a b="<"/>',
  ])('refuses %j', (text) => {
    const refused: unknown = expect.objectContaining({ code: 'ERR_R2_FAILED' })
    expect(() => parseXml(text)).toThrow(refused)
  })

  it('throws nothing else, whatever it reads, and soon', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' ',
      '=',
      '"',
      "'",
      '&',
      ';',
      '#x',
      '?',
      '!',
      '<a>',
    )
    const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        expect(['', 'ERR_R2_FAILED']).toContain(codeOf(text))
      }),
      { numRuns: 2000 },
    )
    for (const long of [
      `<a${' '.repeat(100_000)}`,
      `<a${' b="c"'.repeat(50_000)}`,
      '<a>'.repeat(50_000),
      `<a>${'&'.repeat(100_000)}</a>`,
    ]) {
      expect(codeOf(long)).toBe('ERR_R2_FAILED')
    }
  })
})

/** With what code a text is refused; empty if it is not. */
function codeOf(text: string): unknown {
  try {
    parseXml(text)
    return ''
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}
