import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

const ada = { name: 'Ada', mail: 'ada@example.com', role: 'admin', tags: ['a'] }

onEachRuntime({ app: 'typebox' }, ({ request }) => {
  // By Fastify's own validator, and by TypeBox's.
  describe.each(['/ajv', '/typebox'])('@fastify/type-provider-typebox at %s', (prefix) => {
    const post = async (path: string, body: object) => {
      const { status, json } = await request(`${prefix}${path}`, { body })
      return [status, json()]
    }

    it('takes what fits, and sends what the schema of the response has', async () => {
      expect(await post('/users', ada)).toEqual([200, ada])
      expect(await post('/users', { ...ada, age: 36 })).toEqual([200, { ...ada, age: 36 }])
    })

    it.each([
      ['a missing property', { ...ada, name: undefined }],
      ['too short a text', { ...ada, name: 'A' }],
      ['a format', { ...ada, mail: 'nowhere' }],
      ['a value of a union', { ...ada, role: 'owner' }],
      ['too many items', { ...ada, tags: ['a', 'b', 'c'] }],
      ['a number', { ...ada, age: -1 }],
      ['an array', ['a']],
    ])('refuses what is wrong with %s', async (_name, body) => {
      expect(await post('/users', body)).toEqual([
        400,
        expect.objectContaining({
          code: 'FST_ERR_VALIDATION',
          message: expect.stringMatching(/^body/),
        }),
      ])
    })

    it('converts what comes in a URL and in headers', async () => {
      const { status, json } = await request(`${prefix}/users/7?full=true&ids=1&ids=2.5`, {
        headers: { 'x-version': '3' },
      })
      expect([status, json()]).toEqual([
        200,
        { params: { id: 7 }, query: { full: true, ids: [1, 2.5] }, version: 3 },
      ])
    })

    it('refuses what cannot be converted', async () => {
      for (const [path, part] of [
        ['/users/seven', 'params'],
        ['/users/7?full=maybe', 'querystring'],
      ] as const) {
        const { status, json } = await request(`${prefix}${path}`)
        expect([status, json()]).toMatchObject([
          400,
          { code: 'FST_ERR_VALIDATION', message: expect.stringMatching(`^${part}`) },
        ])
      }
    })

    it('takes what refers to itself', async () => {
      const tree = { name: 'root', children: [{ name: 'leaf', children: [] }] }
      expect(await post('/tree', tree)).toEqual([200, tree])
      expect((await post('/tree', { name: 'root', children: [{ name: 'leaf' }] }))[0]).toBe(400)
    })

    it('hands errors to the handler where it is told to', async () => {
      expect(await post('/attached', { ...ada, name: 'A' })).toEqual([422, { context: 'body' }])
      expect(await post('/attached', ada)).toEqual([422, { context: null }])
    })

    it('does not send what its schema forbids', async () => {
      expect((await request(`${prefix}/wrong`)).status).toBe(500)
    })
  })
})
