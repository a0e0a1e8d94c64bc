import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    resolveDir: import.meta.dirname,
    source: `
      import { toFetchHandler } from '@node-cf/bridge'
      export default {
        fetch: toFetchHandler(({ headers, headersDistinct, rawHeaders }, res) => {
          res.end(JSON.stringify({ headers, headersDistinct, rawHeaders }))
        }),
      }`,
  })
})

afterAll(() => worker.dispose())

describe('the headers of a request', () => {
  it('have each Set-Cookie by itself, in every form', async () => {
    const answer = await worker.raw(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n',
    )
    const { headers, headersDistinct, rawHeaders } = JSON.parse(
      answer.slice(answer.indexOf('\r\n\r\n') + 4),
    )
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(headersDistinct['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(headersDistinct.host).toEqual(['x'])
    expect(
      rawHeaders.filter((_: string, index: number) =>
        /cookie/.test(rawHeaders[index - (index % 2)]),
      ),
    ).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2'])
  })
})
