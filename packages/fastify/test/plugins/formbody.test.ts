import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'formbody' }, ({ request }) => {
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    })

  describe('@fastify/formbody', () => {
    it('reads a form', async () => {
      const { status, json } = await post(
        '/form',
        'name=Ada+Lovelace&tags=a&tags=b&empty=&mail=a%40b',
      )
      expect([status, json()]).toEqual([
        200,
        { name: 'Ada Lovelace', tags: ['a', 'b'], empty: '', mail: 'a@b' },
      ])
    })

    it('reads UTF-8, encoded and as it is', async () => {
      expect((await post('/form', 'a=%C3%A9&b=é&c=%zz')).json()).toEqual({
        a: 'é',
        b: 'é',
        c: '%zz',
      })
    })

    it('takes a charset in the type', async () => {
      const type = 'application/x-www-form-urlencoded; charset=UTF-8'
      expect((await post('/form', 'a=1', { 'content-type': type })).json()).toEqual({ a: '1' })
    })

    it('takes a body that comes in chunks of unknown length', async () => {
      const { json } = await post('/form', 'a=1&b=2', { 'transfer-encoding': 'chunked' })
      expect(json()).toEqual({ a: '1', b: '2' })
    })

    it('reads an empty body', async () => {
      const answer = await post('/form', '')
      expect([answer.status, answer.text]).toEqual([200, '{}'])
    })

    it('does not make a prototype of a field', async () => {
      expect((await post('/form', '__proto__=1&constructor=2')).text).toContain('"constructor":"2"')
    })

    it('validates and coerces by a schema', async () => {
      const { json } = await post('/form/checked', 'name=Ada&age=36&tags=a')
      expect(json()).toEqual({ name: 'Ada', age: 36, tags: ['a'] })
    })

    it('refuses what its schema refuses', async () => {
      const { status, json } = await post('/form/checked', 'age=many')
      expect([status, json()]).toEqual([
        400,
        {
          statusCode: 400,
          code: 'FST_ERR_VALIDATION',
          error: 'Bad Request',
          message: "body must have required property 'name'",
        },
      ])
    })

    it('refuses a form that is too large', async () => {
      const { status, json } = await post('/form', `a=${'x'.repeat(1000)}`)
      expect([status, json()]).toMatchObject([413, { code: 'FST_ERR_CTP_BODY_TOO_LARGE' }])
    })

    it('refuses one that turns out too large on its way', async () => {
      const { status } = await post('/form', `a=${'x'.repeat(1000)}`, {
        'transfer-encoding': 'chunked',
      })
      expect(status).toBe(413)
    })

    it('takes a parser and a limit of its own', async () => {
      expect((await post('/own', 'a:1&b:2')).json()).toEqual({ a: '1', b: '2' })
      expect((await post('/own', `a:${'1'.repeat(20)}`)).status).toBe(413)
    })

    it('leaves JSON to Fastify', async () => {
      const { json } = await request('/form', { body: { a: 1 } })
      expect(json()).toEqual({ a: 1 })
    })

    it('is not there where it is not registered', async () => {
      const { status, json } = await post('/none', 'a=1')
      expect([status, json()]).toMatchObject([415, { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }])
    })
  })
})
