import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import {
  type Answer,
  encodeForm,
  formFile as file,
  type FormPart,
} from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

const photo = randomBytes(300_000)
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

onEachRuntime({ app: 'uploads', express: [5] }, (server) => {
  const post = async (kind: string, ...parts: FormPart[]): Promise<Answer> =>
    server.request(`/upload/${kind}`, await encodeForm(parts))

  describe('multer', () => {
    it('takes a file and fields', async () => {
      const answer = await post(
        'single',
        ['title', 'Ünï'],
        ['tags', 'a'],
        ['tags', 'b'],
        ['file', file('photo.png', photo)],
      )
      expect(answer.json()).toEqual({
        fields: { title: 'Ünï', tags: ['a', 'b'] },
        file: {
          field: 'file',
          name: 'photo.png',
          type: 'image/png',
          size: photo.length,
          isBuffer: true,
          hash: hash(photo),
        },
        files: {},
      })
    })

    it('takes a body that comes in chunks of unknown length', async () => {
      const { headers, body } = await encodeForm([['file', file('photo.png', photo)]])
      const answer = await server.request('/upload/single', {
        headers: { ...headers, 'transfer-encoding': 'chunked' },
        body,
      })
      expect(answer.json()).toMatchObject({ file: { size: photo.length, hash: hash(photo) } })
    })

    it('takes an empty file', async () => {
      const answer = await post('single', ['file', file('empty.txt', '', 'text/plain')])
      expect(answer.json()).toMatchObject({ file: { size: 0, hash: hash(Buffer.of()) } })
    })

    it('takes several files of one field, and of several', async () => {
      const array = await post('array', ['files', file('1', 'one')], ['files', file('2', 'two')])
      expect(array.json()).toMatchObject({
        files: [
          { name: '1', hash: hash(Buffer.from('one')) },
          { name: '2', hash: hash(Buffer.from('two')) },
        ],
      })
      const fields = await post(
        'fields',
        ['avatar', file('me', 'me')],
        ['gallery', file('1', 'one')],
        ['gallery', file('2', 'two')],
      )
      expect(fields.json()).toMatchObject({
        files: { avatar: [{ name: 'me' }], gallery: [{ name: '1' }, { name: '2' }] },
      })
    })

    it('keeps what the filter lets through', async () => {
      const answer = await post(
        'pictures',
        ['files', file('notes.txt', 'x', 'text/plain')],
        ['files', file('a.png', 'x')],
      )
      expect((answer.json() as { files: unknown[] }).files).toEqual([
        expect.objectContaining({ name: 'a.png' }),
      ])
      const refused = await post('pictures', ['files', file('a.gif', 'x', 'image/gif')])
      expect([refused.status, refused.json()]).toEqual([500, { message: 'No GIF.' }])
    })

    it('gives names that are not ASCII as Latin-1, or as UTF-8 where it is told to', async () => {
      const name = 'naïve 写真 🎉.png'
      const parts: FormPart = ['file', file(name, 'x')]
      const latin1 = (await post('single', parts)).json() as { file: { name: string } }
      expect(Buffer.from(latin1.file.name, 'latin1').toString('utf8')).toBe(name)
      expect((await post('utf8', parts)).json()).toMatchObject({ file: { name } })
    })

    const many: FormPart[] = [1, 2, 3].map((number) => ['files', file(`${number}`, 'x')])
    it.each<[string, string, string, FormPart[]]>([
      ['a file too large', 'limited', 'LIMIT_FILE_SIZE', [['f', file('big', photo)]]],
      ['too many files', 'limited', 'LIMIT_FILE_COUNT', many],
      [
        'too many fields',
        'limited',
        'LIMIT_FIELD_COUNT',
        [
          ['a', '1'],
          ['b', '2'],
        ],
      ],
      ['too long a value', 'limited', 'LIMIT_FIELD_VALUE', [['a', 'x'.repeat(21)]]],
      ['too long a name', 'limited', 'LIMIT_FIELD_KEY', [['x'.repeat(11), '1']]],
      ['a file too many for its field', 'array', 'LIMIT_UNEXPECTED_FILE', many],
      ['a file where none is expected', 'none', 'LIMIT_UNEXPECTED_FILE', [['f', file('a', 'x')]]],
    ])('refuses %s', async (_name, kind, code, parts) => {
      const answer = await post(kind, ...parts)
      expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code })])
    })

    it('answers the request after one that it refused', async () => {
      await post('limited', ['f', file('big', photo)])
      expect((await post('limited', ['f', file('small', 'x')])).status).toBe(200)
    })

    it('refuses a form that ends too early', async () => {
      const { headers, body } = await encodeForm([['file', file('photo.png', photo)]])
      const answer = await server.request('/upload/single', {
        headers,
        body: body.subarray(0, body.length - 100),
      })
      expect([answer.status, answer.json()]).toEqual([500, { message: 'Unexpected end of form' }])
    })

    it('refuses a form without a boundary', async () => {
      const answer = await server.request('/upload/single', {
        headers: { 'content-type': 'multipart/form-data' },
        body: 'x',
      })
      expect([answer.status, answer.json()]).toEqual([
        500,
        { message: 'Multipart: Boundary not found' },
      ])
    })

    it('passes on what is no form', async () => {
      const answer = await server.request('/upload/single', { body: { a: 1 } })
      expect(answer.json()).toEqual({ fields: {}, files: {} })
    })

    it('fails an upload whose client goes away', async () => {
      const { headers, body } = await encodeForm([['file', file('photo.png', photo)]])
      const socket = net.connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        `POST /upload/watched HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers['content-type']}\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      socket.write(body.subarray(0, 200_000))
      await server.logged(/^upload has begun/)
      socket.destroy()
      expect(await server.logged(/^upload failed: Request (aborted|closed)/)).toBeTruthy()
    })
  })
})
