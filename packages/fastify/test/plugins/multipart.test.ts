import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { encodeForm, formFile as file, type FormPart } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

const photo = randomBytes(300_000)
const hash = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex')

/** A form written by hand: its parts, heads and all. */
const written = (...parts: string[]) => ({
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
  body: `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
})

onEachRuntime({ app: 'multipart' }, (server) => {
  const { request } = server
  const post = async (path: string, ...parts: FormPart[]) => request(path, await encodeForm(parts))
  const outcome = async (path: string, ...parts: FormPart[]) => {
    const { status, json } = await post(path, ...parts)
    return [status, json()]
  }
  const refused = (status: number, code: string) => [status, expect.objectContaining({ code })]
  const photoPart: FormPart = ['file', file('photo.png', photo)]
  const photoDescribed = {
    fieldname: 'file',
    filename: 'photo.png',
    mimetype: 'image/png',
    size: photo.length,
    isCut: false,
    hash: hash(photo),
  }

  describe('@fastify/multipart', () => {
    it('reads a file into a buffer', async () => {
      expect(await outcome('/plain/buffer', photoPart)).toEqual([
        200,
        { name: 'photo.png', size: photo.length, isBuffer: true },
      ])
    })

    it('streams a file, now or later', async () => {
      expect(await outcome('/plain/stream', photoPart)).toEqual([200, photoDescribed])
      expect(await outcome('/plain/late', photoPart)).toEqual([200, photoDescribed])
    })

    it('streams a file back', async () => {
      const { status, headers, body } = await post('/plain/echo', photoPart)
      expect([status, headers['content-type'], body.equals(photo)]).toEqual([
        200,
        'image/png',
        true,
      ])
    })

    it('takes a body that comes in chunks of unknown length', async () => {
      const { headers, body } = await encodeForm([photoPart])
      const { json } = await request('/plain/stream', {
        headers: { ...headers, 'transfer-encoding': 'chunked' },
        body,
      })
      expect(json()).toEqual(photoDescribed)
    })

    it('takes several files, and what is between them', async () => {
      const parts: FormPart[] = [
        ['title', 'Ünï'],
        ['file', file('1.png', 'one')],
        ['tags', 'a'],
        ['tags', 'b'],
        ['file', file('naïve 写真 🎉.png', '')],
      ]
      expect(await outcome('/plain/files', ...parts)).toMatchObject([
        200,
        [
          { filename: '1.png', hash: hash('one') },
          { filename: 'naïve 写真 🎉.png', size: 0 },
        ],
      ])
      expect(await outcome('/plain/parts', ...parts)).toMatchObject([
        200,
        [['title', 'Ünï'], { filename: '1.png' }, ['tags', 'a'], ['tags', 'b'], { size: 0 }],
      ])
    })

    it('reads a field of JSON, and refuses one that is none', async () => {
      const field = (value: string): string =>
        `Content-Disposition: form-data; name="data"\r\nContent-Type: application/json\r\n\r\n${value}`
      expect((await request('/plain/parts', written(field('{"a":[1]}')))).json()).toEqual([
        ['data', { a: [1] }],
      ])
      const invalid = await request('/plain/parts', written(field('{"a"')))
      expect([invalid.status, invalid.json()]).toEqual(refused(406, 'FST_INVALID_JSON_FIELD_ERROR'))
    })

    it('does not make a prototype of a field', async () => {
      const field = 'Content-Disposition: form-data; name="__proto__"\r\n\r\nx'
      const { status, json } = await request('/plain/parts', written(field))
      expect([status, json()]).toEqual(refused(400, 'FST_PROTO_VIOLATION'))
    })

    it('answers a form that nobody looks at', async () => {
      expect((await post('/plain/unread', photoPart)).text).toBe('not looked at')
    })

    it('refuses what is no form', async () => {
      const { status, json } = await request('/plain/stream', { body: { a: 1 } })
      expect([status, json()]).toEqual(refused(406, 'FST_INVALID_MULTIPART_CONTENT_TYPE'))
      const text = await request('/plain/stream', {
        headers: { 'content-type': 'text/html' },
        body: 'x',
      })
      expect(text.status).toBe(415)
    })

    it('refuses a form that ends too early, or has no boundary', async () => {
      const { headers, body } = await encodeForm([photoPart])
      const cut = await request('/plain/buffer', { headers, body: body.subarray(0, 1000) })
      expect(cut.status).toBeGreaterThanOrEqual(400)
      const whole = await request('/plain/buffer', {
        headers: { 'content-type': 'multipart/form-data' },
        body: 'x',
      })
      expect(whole.status).toBe(500)
    })

    it.each<[string, string, number, string, FormPart[]]>([
      ['a file too large', '/limited', 413, 'FST_REQ_FILE_TOO_LARGE', [photoPart]],
      [
        'too many files',
        '/limited',
        413,
        'FST_FILES_LIMIT',
        [1, 2, 3].map((number) => ['file', file(`${number}`, 'x')]),
      ],
      [
        'too many fields',
        '/limited',
        413,
        'FST_FIELDS_LIMIT',
        ['a', 'b', 'c'].map((name) => [name, '1']),
      ],
      [
        'too many parts',
        '/limited',
        413,
        'FST_PARTS_LIMIT',
        [
          ['a', '1'],
          ['b', '1'],
          ['file', file('1', 'x')],
          ['file', file('2', 'x')],
        ],
      ],
      ['a saved file too large', '/limited/saved', 413, 'FST_REQ_FILE_TOO_LARGE', [photoPart]],
    ])('refuses %s', async (_name, path, status, code, parts) => {
      expect(await outcome(path, ...parts)).toEqual(refused(status, code))
    })

    it('cuts what is too long, where it is told to', async () => {
      expect(await outcome('/limited', ['a', 'x'.repeat(30)])).toEqual([
        200,
        [['a', 'x'.repeat(20), true]],
      ])
      expect(await outcome('/limited/cut', photoPart)).toMatchObject([
        200,
        { size: 1000, isCut: true },
      ])
    })

    it('answers the request after one that it refused', async () => {
      await post('/limited', photoPart)
      expect(await outcome('/limited', ['file', file('small', 'x')])).toEqual([200, [1]])
    })

    it('attaches fields and files to the body', async () => {
      expect(
        await outcome('/attached', ['title', 'Photo'], ['file', file('a.txt', 'text')]),
      ).toEqual([200, { title: 'Photo', file: 'text' }])
      expect(
        await outcome('/attached/form-data', ['title', 'Photo'], ['file', file('a.txt', 'text')]),
      ).toEqual([200, ['Photo', 'a.txt', 'text']])
      expect(
        await outcome('/values', ['title', 'Photo'], ['tag', 'a'], ['tag', 'b'], photoPart),
      ).toEqual([200, { title: 'Photo', tag: ['a', 'b'], file: `buffer of ${photo.length}` }])
    })

    it('validates what is attached', async () => {
      const { text } = await post('/attached/checked', ['title', 'Photo'], ['file', file('a', 'x')])
      expect(text).toBe('a')
      expect(await outcome('/attached/checked', ['title', 'P'], ['file', file('a', 'x')])).toEqual(
        refused(400, 'FST_ERR_VALIDATION'),
      )
      expect(await outcome('/attached/checked', ['title', 'Photo'], ['file', 'text'])).toEqual([
        400,
        expect.objectContaining({ message: 'body/file should be a file' }),
      ])
    })

    it('saves files for the time of the request', async () => {
      expect(await outcome('/plain/saved', photoPart, ['file', file('b.txt', 'two')])).toEqual([
        200,
        [
          { filename: 'photo.png', isThere: true, hash: hash(photo) },
          { filename: 'b.txt', isThere: true, hash: hash('two') },
        ],
      ])
      expect(await outcome('/plain/saved-and-cleaned', photoPart)).toEqual([200, [false]])
    })

    it('fails an upload whose client goes away', async () => {
      const { headers, body } = await encodeForm([photoPart])
      const socket = net.connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        `POST /plain/watched HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers['content-type']}\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      socket.write(body.subarray(0, 200_000))
      await server.logged(/^upload has begun/)
      socket.destroy()
      const failure = /^upload failed: (FST_MP_PREMATURE_CLOSE|ECONNRESET)/
      expect(await server.logged(failure)).toBeTruthy()
    })
  })
})
