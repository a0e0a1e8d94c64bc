import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Connection } from '../../../bridge/test/connection.ts'
import { eventually, settled } from '../../../bridge/test/eventually.ts'
import { type Answer, send } from '../../../../scripts/runtimes/index.ts'
import { pattern } from '../serve/pattern.ts'
import type { Brought } from './apps.ts'
import { serverNames, startServers, type UploadServer, type UploadServers } from './servers.ts'

const MiB = 1024 * 1024
const ANY_KEY = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/

let servers: UploadServers

beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.stop())

/** A form as browsers send it. */
async function encode(
  parts: [name: string, value: string | File][],
): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  const encoded = new Response(form)
  return {
    headers: { 'content-type': encoded.headers.get('content-type')! },
    body: Buffer.from(await encoded.arrayBuffer()),
  }
}

function file(name: string, size: number, type = 'text/html'): File {
  return new File([pattern(0, size)], name, { type })
}

describe.each(serverNames)('%s', (name) => {
  let server: UploadServer
  /** The keys that answers have told of. */
  const kept = new Set<string>()
  beforeEach(async () => {
    server = servers.at(name)
    await server.forget()
  })

  async function post(
    path: string,
    parts: [name: string, value: string | File][],
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const form = await encode(parts)
    const answer = await send(server.port, server.path + path, {
      body: form.body,
      headers: { ...form.headers, ...headers },
    })
    if (answer.status === 200) for (const { key } of (answer.json() as Brought).files) kept.add(key)
    return answer
  }

  /** Checks that there is what answers have told of, and not more. */
  async function expectNoMore(): Promise<void> {
    await eventually(async () => {
      const { keys, open } = await server.state()
      expect([keys.toSorted(), open]).toEqual([[...kept].toSorted(), 0])
    })
  }

  it('saves files, and answers with the other fields', async () => {
    const answer = await post('/form', [
      ['title', 'Grüße'],
      ['photo', file('päge.final.PNG', 1000)],
      ['title', 'again'],
      ['none', file('README', 10)],
    ])
    const { files, fields } = answer.json() as Brought
    expect(fields).toEqual({ title: ['Grüße', 'again'] })
    expect(files).toEqual([
      {
        field: 'photo',
        name: 'päge.final.PNG',
        key: expect.any(String),
        size: 1000,
        url: expect.any(String),
      },
      { field: 'none', name: 'README', key: expect.any(String), size: 10, url: expect.any(String) },
    ])
    const [photo, none] = files.map(({ key }) => key) as [string, string]
    expect(photo).toMatch(new RegExp(`${ANY_KEY.source}\\.png$`))
    expect(none).toMatch(new RegExp(`${ANY_KEY.source}$`))
    expect(files[0]!.url).toBe(`/media/${photo}`)
    // The client said text/html.
    expect(await server.read(photo)).toMatchObject({
      contentType: 'image/png',
      bytes: pattern(0, 1000),
    })
    expect((await server.read(none)).contentType).toBe('application/octet-stream')
  })

  it.each([0, 1, 5 * MiB - 1, 5 * MiB, 5 * MiB + 1, 12 * MiB])('saves %i bytes', async (size) => {
    const answer = await post('/form', [['file', file('file.bin', size)]])
    const { files } = answer.json() as Brought
    expect(files[0]).toMatchObject({ size })
    const { bytes } = await server.read(files[0]!.key)
    expect(Buffer.compare(bytes, pattern(0, size))).toBe(0)
    expect((await server.state()).open).toBe(0)
  })

  it('saves many files of one name', async () => {
    const parts = Array.from({ length: 20 }, (_, index): [string, File] => [
      'files',
      file('same.txt', index * 1000),
    ])
    const { files } = (await post('/form', parts)).json() as Brought
    expect(files.map(({ size }) => size)).toEqual(parts.map(([, { size }]) => size))
    await expectNoMore()
    expect(new Set(files.map(({ key }) => key)).size).toBe(20)
  })

  it("saves under the app's own key, with its options, and tells how far it is", async () => {
    const size = 7 * MiB
    const parts: [string, File][] = [['file', file('ün.txt', size)]]
    const first = (await post('/own', parts, { 'x-user': 'ada' })).json() as Brought
    expect(first.files).toMatchObject([
      { name: 'ün.txt', key: 'ada/ün.txt', size, url: '/media/ada/%C3%BCn.txt' },
    ])
    expect(await server.read('ada/ün.txt')).toMatchObject({
      contentDisposition: expect.stringMatching(/^attachment; .*%C3%BCn\.txt/),
      metadata: { user: 'ada' },
    })
    const progress = (await server.state()).events
    expect(progress.length).toBeGreaterThan(10)
    expect(progress).toEqual(progress.toSorted((one, other) => Number(one) - Number(other)))
    expect(progress.at(-1)).toBe(size)

    const second = (await post('/own', parts, { 'x-user': 'ada' })).json() as Brought
    expect(second.files).toMatchObject([{ key: 'ada/ün_1.txt' }])
  })

  it('refuses what cannot be a key', async () => {
    const answer = await post('/own', [['file', file('x.txt', 100_000)]], { 'x-user': '..' })
    expect([answer.status, answer.json()]).toEqual([400, 'ERR_R2_KEY'])
    await expectNoMore()
  })

  describe.each([
    ['the limit of the form', 'limited'],
    ['maxBytes', 'capped'],
  ])('%s', (_title, path) => {
    it.each([1000, MiB, 6 * MiB])('of %i bytes lets so many pass', async (bytes) => {
      const answer = await post(`/${path}?bytes=${bytes}`, [['file', file('x.bin', bytes)]])
      expect([answer.status, answer.json()]).toEqual([
        200,
        expect.objectContaining({ files: [expect.objectContaining({ size: bytes })] }),
      ])
    })

    it.each([1000, MiB, 6 * MiB])(
      'of %i bytes keeps nothing of a form with more',
      async (bytes) => {
        const answer = await post(`/${path}?bytes=${bytes}`, [
          ['files', file('small.bin', 10)],
          ['files', file('large.bin', bytes + 1)],
          ['files', file('later.bin', 10)],
        ])
        expect([answer.status, answer.json()]).toEqual([
          413,
          path === 'limited' && name.startsWith('Express') ? 'LIMIT_FILE_SIZE' : 'ERR_R2_TOO_LARGE',
        ])
        await expectNoMore()
      },
    )
  })

  describe('a client that goes away', () => {
    const BOUNDARY = 'frontier'
    const head = (partName: string): string =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${partName}"; filename="x.bin"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n'

    async function begin(path: string, length: number): Promise<Connection> {
      return Connection.begin(
        server.port,
        `POST ${server.path}${path}`,
        `X-User: ada\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n` +
          `Content-Length: ${length}\r\n\r\n`,
      )
    }

    async function expectFailure(): Promise<void> {
      await eventually(async () => {
        const { events } = await server.state()
        expect(events.filter((event) => typeof event === 'string')).toHaveLength(1)
      })
      await expectNoMore()
    }

    it.each([1000, 5 * MiB + 1000, 11 * MiB])('after %i bytes of a file', async (size) => {
      const connection = await begin('/own', 20 * MiB)
      await connection.send(head('file'))
      await connection.send(pattern(0, size))
      await eventually(async () => {
        // The last bytes may stand in a buffer.
        const { events } = await server.state()
        expect(Number(events.at(-1))).toBeGreaterThan(size - 70_000)
      })
      connection.reset()
      await expectFailure()
    })

    it('after the first file of several', async () => {
      const connection = await begin('/form', 20 * MiB)
      await connection.send(`${head('files')}first\r\n${head('files')}second, in part`)
      const before = kept.size
      await eventually(async () => expect((await server.state()).keys).toHaveLength(before + 1))
      connection.reset()
      await expectFailure()
    })

    it('before the end of the form, in good order', async () => {
      const body = `${head('files')}first\r\n${head('files')}second, in part`
      const connection = await begin('/form', body.length)
      await connection.send(body)
      const { status } = await connection.answer()
      expect(status).toBeGreaterThanOrEqual(400)
      await expectFailure()
    })
  })

  it('has kept nothing else, and nothing came later', async () => {
    const count = await settled(async () => (await server.state()).keys.length)
    expect(count).toBe(kept.size)
    await expectNoMore()
  })
})
