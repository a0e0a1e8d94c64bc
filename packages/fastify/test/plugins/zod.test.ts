import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

const ada = { name: 'Ada', mail: 'ada@example.com', role: 'admin', tags: ['a'] }

onEachRuntime({ app: 'zod' }, ({ request }) => {
  const post = async (path: string, body: object) => {
    const { status, json } = await request(path, { body })
    return [status, json()]
  }
  const refused = (...issues: object[]) => [422, { where: 'body', issues }]

  describe('fastify-type-provider-zod', () => {
    it('takes what fits, and sends what the schema of the response has', async () => {
      expect(await post('/users', ada)).toEqual([201, ada])
      expect(await post('/users', { ...ada, name: '  Ada ', role: undefined })).toEqual([
        201,
        { ...ada, role: 'reader' },
      ])
    })

    it('names each thing that is wrong', async () => {
      const body = { name: 'A', mail: 'nowhere', age: -1, role: 'owner', tags: ['a', 'b', 'c'] }
      expect(await post('/users', body)).toEqual(
        refused(
          {
            keyword: 'too_small',
            instancePath: '/name',
            message: 'Too small: expected string to have >=2 characters',
          },
          { keyword: 'invalid_format', instancePath: '/mail', message: 'Invalid email address' },
          {
            keyword: 'too_small',
            instancePath: '/age',
            message: 'Too small: expected number to be >=0',
          },
          {
            keyword: 'invalid_value',
            instancePath: '/role',
            message: 'Invalid option: expected one of "admin"|"reader"',
          },
          {
            keyword: 'too_big',
            instancePath: '/tags',
            message: 'Too big: expected array to have <=2 items',
          },
        ),
      )
    })

    it('names what is missing', async () => {
      expect(await post('/users', { name: 'Ada', tags: [] })).toMatchObject(
        refused({ instancePath: '/mail' }),
      )
      expect(await post('/users', [])).toMatchObject(refused({ keyword: 'invalid_type' }))
    })

    it('coerces what comes in a URL and in headers', async () => {
      const { json } = await request('/users/7?full=yes&ids=1&ids=2.5', {
        headers: { 'x-version': '3' },
      })
      expect(json()).toEqual({
        params: { id: 7 },
        query: { full: true, ids: [1, 2.5] },
        version: 3,
      })
      const params = await request('/users/seven')
      expect([params.status, params.json()]).toMatchObject([422, { where: 'params' }])
      const query = await request('/users/7?full=perhaps')
      expect([query.status, query.json()]).toMatchObject([422, { where: 'querystring' }])
    })

    it('tells the members of a union apart', async () => {
      const circle = await request('/shapes', { body: { kind: 'circle', radius: 2 } })
      expect(circle.text).toBe('circle 2')
      expect(await post('/shapes', { kind: 'circle', side: 2 })).toMatchObject(
        refused({ instancePath: '/radius' }),
      )
      expect(await post('/shapes', { kind: 'line' })).toMatchObject(
        refused({ keyword: 'invalid_union', instancePath: '/kind' }),
      )
    })

    it('refines', async () => {
      expect((await request('/passwords', { body: { password: 'a', again: 'a' } })).text).toBe(
        'changed',
      )
      expect(await post('/passwords', { password: 'a', again: 'b' })).toEqual(
        refused({ keyword: 'custom', instancePath: '/again', message: 'They differ.' }),
      )
    })

    it('takes what refers to itself', async () => {
      const tree = { name: 'root', children: [{ name: 'leaf', children: [] }] }
      expect(await post('/tree', tree)).toEqual([200, tree])
      expect(await post('/tree', { name: 'root', children: [{ name: 'leaf' }] })).toMatchObject(
        refused({ instancePath: '/children/0/children' }),
      )
    })

    it('decodes and encodes', async () => {
      expect(await post('/moved', { at: '2026-11-21T10:00:00.000Z' })).toEqual([
        200,
        { at: '2026-11-21T11:00:00.000Z' },
      ])
      expect((await post('/moved', { at: 'tomorrow' }))[0]).toBe(422)
    })

    it('does not send what its schema forbids', async () => {
      const { status, json } = await request('/wrong')
      expect([status, json()]).toEqual([500, { route: 'GET /wrong' }])
    })

    it('describes itself by @fastify/swagger', async () => {
      const { status, json } = await request('/specification')
      expect([status, json()]).toMatchObject([
        200,
        {
          components: { schemas: { User: { required: ['name', 'mail', 'role', 'tags'] } } },
          paths: { '/users/{id}': { get: {} }, '/shapes': { post: {} } },
        },
      ])
    })

    it('takes schemas that a handler makes', async () => {
      expect(await post('/late', { a: 'xx', b: null })).toEqual([
        200,
        { success: true, problems: null },
      ])
      expect(await post('/late', { a: 'y', b: 2, c: 3 })).toMatchObject([
        200,
        { success: false, problems: { properties: { a: {}, b: {} } } },
      ])
    })
  })
})
