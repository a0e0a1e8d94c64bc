import { describe, expect, it } from '@jest/globals'
import express, { type Express } from 'express'
import express4 from 'express4'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { toWorker } from '@node-cf/express'
import { sha1 } from '../src/sha1.ts'

describe('sha1', () => {
  it('hashes as node:crypto does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000, size: 'max' }), (bytes) => {
        expect(sha1(bytes)).toBe(createHash('sha1').update(bytes).digest('base64'))
      }),
      { numRuns: 500 },
    )
  })

  it('does so at every length around its blocks', () => {
    for (let length = 0; length < 260; length += 1) {
      const bytes = Buffer.alloc(length, 'block')
      expect(sha1(bytes)).toBe(createHash('sha1').update(bytes).digest('base64'))
    }
  })
})

/** What Express itself makes of a setting. */
type MakeEtag = (body: Buffer, encoding: string) => string

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as () => Express],
])('the entity tags of %s', (_name, create) => {
  describe.each([
    ['by default', undefined],
    ['strong', 'strong'],
    ['weak', 'weak'],
    ['true', true],
    ['made by the app', () => '"mine"'],
  ])('%s', (_setting, etag) => {
    const app = create()
    if (etag !== undefined) app.set('etag', etag)
    app.get('/:length', (req, res) => {
      res.send('ä'.repeat(Number(req.params['length'])))
    })
    const makeEtag = app.get('etag fn') as MakeEtag
    const worker = toWorker(app)

    it.each([0, 1, 31, 32, 500, 1024, 1025, 40_000])('stay the same: %i', async (length) => {
      const answer = await worker.fetch(new Request(`http://localhost/${length}`))
      expect(answer.headers.get('etag')).toBe(makeEtag(Buffer.from('ä'.repeat(length)), 'utf8'))
      expect((await answer.text()).length).toBe(length)
    })
  })

  it.each([
    ['turned off', false, null],
    ['made by the app later on', () => '"late"', '"late"'],
  ])('are %s', async (_what, etag, expected) => {
    const app = create()
    app.get('/', (_req, res) => void res.send('text'))
    const worker = toWorker(app)
    app.set('etag', etag)
    const answer = await worker.fetch(new Request('http://localhost/'))
    expect(answer.headers.get('etag')).toBe(expected)
  })
})
