import { describe, expect, it } from '@jest/globals'
import express, { type Express } from 'express'
import express4 from 'express4'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { toWorker } from '@node-cf/express'
import { RepeatedBodies } from '../src/repeated-bodies.ts'
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

describe('the tags of repeated bodies', () => {
  /** Hashes as often as it has to, and counts. */
  class Hash {
    count = 0
    readonly make = (bytes: Buffer): string => {
      this.count += 1
      return createHash('sha1').update(bytes).digest('base64')
    }
  }

  it('are made twice, and then known', () => {
    const hash = new Hash()
    const repeated = new RepeatedBodies()
    for (let index = 0; index < 10; index += 1) {
      const bytes = Buffer.alloc(5000, 'body')
      expect(repeated.tagOf(bytes, hash.make)).toBe(new Hash().make(bytes))
    }
    expect(hash.count).toBe(2)
  })

  it('are made again for a body that an app has changed in place', () => {
    const repeated = new RepeatedBodies()
    const bytes = Buffer.alloc(5000, 'body')
    // Some of these are bytes that a fingerprint has, and most are not.
    for (let at = 0; at < 200; at += 1) {
      for (let times = 0; times < 3; times += 1) {
        expect(repeated.tagOf(bytes, new Hash().make)).toBe(new Hash().make(bytes))
      }
      bytes[at]! += 1
    }
  })

  it('are right whatever an app sends, in whatever order', () => {
    // Most of these differ in a few bytes, so that many have the same fingerprint.
    const body = fc
      .tuple(fc.constantFrom(1, 64, 4096, 5000), fc.nat(4095), fc.nat(2))
      .map(([length, at, value]) => {
        const bytes = Buffer.alloc(length, 'body')
        bytes[at % length] = value
        return bytes
      })
    fc.assert(
      fc.property(fc.array(body, { maxLength: 100, size: 'max' }), (bodies) => {
        const repeated = new RepeatedBodies()
        for (const bytes of bodies) {
          expect(repeated.tagOf(bytes, new Hash().make)).toBe(new Hash().make(bytes))
        }
      }),
    )
  })

  it('are forgotten, the oldest first, before the bodies fill the memory', () => {
    const hash = new Hash()
    const repeated = new RepeatedBodies()
    const bodies = Array.from({ length: 5 }, (_, index) => Buffer.alloc(256 * 1024, index))
    for (const bytes of bodies) {
      for (let times = 0; times < 3; times += 1) repeated.tagOf(bytes, hash.make)
    }
    expect(hash.count).toBe(10)
    for (const bytes of bodies.slice(1)) repeated.tagOf(bytes, hash.make)
    expect(hash.count).toBe(10)
    repeated.tagOf(bodies[0]!, hash.make)
    expect(hash.count).toBe(11)
  })

  it('are forgotten where there are many bodies', () => {
    const hash = new Hash()
    const repeated = new RepeatedBodies()
    const bodies = Array.from({ length: 300 }, (_, index) => Buffer.from(`body ${index}`))
    for (let times = 0; times < 3; times += 1) {
      for (const bytes of bodies) repeated.tagOf(bytes, hash.make)
    }
    expect(hash.count).toBe(900)
  })

  it('are made each time for a body that is too long to keep', () => {
    const hash = new Hash()
    const repeated = new RepeatedBodies()
    const bytes = Buffer.alloc(256 * 1024 + 1)
    for (let times = 0; times < 3; times += 1) repeated.tagOf(bytes, hash.make)
    expect(hash.count).toBe(3)
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
      // A body that comes again is known.
      for (let times = 0; times < 3; times += 1) {
        const answer = await worker.fetch(new Request(`http://localhost/${length}`))
        expect(answer.headers.get('etag')).toBe(makeEtag(Buffer.from('ä'.repeat(length)), 'utf8'))
        expect((await answer.text()).length).toBe(length)
      }
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
