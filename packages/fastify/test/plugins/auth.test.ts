import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

onEachRuntime({ app: 'auth' }, ({ request }) => {
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const { status, text } = await request(path, { headers })
    return [status, text]
  }
  const asked = async (path: string, headers: Record<string, string> = {}) => {
    const { status, headers: answered, json } = await request(path, { headers })
    return { status, challenge: answered['www-authenticate'], body: json() }
  }

  describe('@fastify/basic-auth', () => {
    it('lets in whom the app knows', async () => {
      const authorization = basic('ada:löve:lace')
      expect(await ask('/basic', { authorization })).toEqual([200, 'hello ada'])
      const { json } = await request('/basic', { headers: { authorization }, body: { a: 1 } })
      expect(json()).toEqual({ a: 1 })
    })

    it('asks for a name and a password', async () => {
      expect(await asked('/basic')).toEqual({
        status: 401,
        challenge: 'Basic realm="Notes", charset="UTF-8"',
        body: {
          statusCode: 401,
          code: 'FST_BASIC_AUTH_MISSING_OR_BAD_AUTHORIZATION_HEADER',
          error: 'Unauthorized',
          message: 'Missing or bad formatted authorization header',
        },
      })
    })

    it.each([
      ['a wrong password', basic('ada:x')],
      ['a wrong name', basic('eve:löve:lace')],
      ['no password', basic('ada')],
      ['a control character', basic('ada:\u0007')],
      ['another scheme', 'Bearer abc'],
      ['what is not base64', 'Basic ***'],
      ['a space too many', `Basic  ${basic('ada:löve:lace').slice(6)}`],
      ['nothing', 'Basic '],
    ])('refuses %s', async (_name, authorization) => {
      expect((await request('/basic', { headers: { authorization } })).status).toBe(401)
    })

    it('answers with the status of the app', async () => {
      expect(await ask('/lax/open')).toEqual([200, 'hello'])
      expect(await ask('/lax', { 'x-authorization': `  ${basic('ada:')}  ` })).toEqual([
        200,
        'hello ada',
      ])
      expect(await asked('/lax', { 'x-authorization': basic('eve:') })).toMatchObject({
        status: 403,
        body: { message: 'Not allowed.' },
      })
    })
  })

  describe('@fastify/bearer-auth', () => {
    it('lets in whoever has a key', async () => {
      for (const key of ['first-key', 'second-key']) {
        expect(await ask('/bearer', { authorization: `Bearer ${key}` })).toEqual([200, 'hello'])
      }
    })

    it.each([
      ['no header', {}, 'missing authorization header'],
      ['another key', { authorization: 'Bearer third-key' }, 'invalid authorization header'],
      ['a part of a key', { authorization: 'Bearer first' }, 'invalid authorization header'],
      ['another scheme', { authorization: 'Basic first-key' }, 'invalid authorization header'],
      [
        'a scheme in lower case',
        { authorization: 'bearer first-key' },
        'invalid authorization header',
      ],
    ])('refuses %s', async (_name, headers: Record<string, string>, error) => {
      const { status, body } = await asked('/bearer', headers)
      expect(status).toBe(401)
      expect(body).toEqual({ error })
    })

    it('asks the app', async () => {
      const headers = { authorization: 'token abc', 'x-expected': 'abc' }
      expect(await ask('/asked', headers)).toEqual([200, 'hello'])
      const refused = await request('/asked', { headers: { ...headers, 'x-expected': 'def' } })
      expect([refused.status, refused.headers['content-type'], refused.json()]).toEqual([
        401,
        'application/problem+json; charset=utf-8',
        { error: 'invalid authorization header', scheme: 'Token' },
      ])
      const broken = await request('/asked', { headers: { authorization: 'token broken' } })
      expect(broken.status).toBeGreaterThanOrEqual(400)
    })
  })
})
