import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { getContext, type RequestListener, toFetchHandler } from '@node-cf/bridge'
import { eventually } from './eventually.ts'

/** What a listener answers to one request, on plain Node. */
async function answer(listener: RequestListener, init: RequestInit = {}): Promise<Response> {
  return toFetchHandler(listener)(new Request('http://localhost/', init))
}

describe('a small body that is on its way holds a request no longer than it is wanted', () => {
  /** Serves an upload of five bytes, and waits for all that the request is held by: how many. */
  async function heldBy(listener: RequestListener, body: string | ReadableStream): Promise<number> {
    const held: Promise<unknown>[] = []
    const handler = toFetchHandler(listener, { afterResponse: 0 })
    const init: RequestInit = {
      method: 'POST',
      body,
      headers: { 'content-length': '5' },
      duplex: 'half',
    }
    const response = await handler(new Request('http://localhost/', init), undefined, {
      waitUntil: (promise) => void held.push(promise),
    })
    await response.text()
    return (await Promise.all(held)).length
  }

  it('where the app destroys the request', async () => {
    const held = heldBy(
      (req) => {
        req.resume()
        setTimeout(() => req.destroy(), 10)
      },
      new ReadableStream({ type: 'bytes' }),
    )
    expect(await held).toBeGreaterThan(0)
  })

  it('where a listener throws', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {})
    const held = heldBy((req, res) => {
      req.on('data', () => {
        res.end('answered')
        throw new Error('of a listener')
      })
    }, 'whole')
    expect(await held).toBeGreaterThan(0)
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
  })
})

describe('a client that goes away, on plain Node', () => {
  let events: string[] = []
  beforeEach(() => {
    events = []
  })

  function note(req: IncomingMessage, res: ServerResponse): void {
    for (const event of ['aborted', 'close']) req.on(event, () => events.push(`req ${event}`))
    for (const event of ['finish', 'close']) res.on(event, () => events.push(`res ${event}`))
    req.on('error', () => {})
  }
  const closed = (): Promise<void> =>
    eventually(() => expect(events).toEqual(expect.arrayContaining(['req close', 'res close'])))

  it('is seen by its signal before there is an answer', async () => {
    const client = new AbortController()
    const answered = answer(note, { signal: client.signal })
    client.abort()
    await closed()
    expect(events).toContain('req aborted')
    expect(events).not.toContain('res finish')
    // Nobody is left to read it: only that there is an end matters.
    expect((await answered).ok).toBe(false)
  })

  it('is seen by its signal in the middle of an answer', async () => {
    const client = new AbortController()
    const response = await answer(
      (req, res) => {
        note(req, res)
        res.write('first')
      },
      { signal: client.signal },
    )
    client.abort()
    await closed()
    expect(events).not.toContain('res finish')
    await expect(response.text()).rejects.toThrow('aborted')
  })

  it('leaves the request its context', async () => {
    const client = new AbortController()
    const contexts: unknown[] = []
    const handler = toFetchHandler((req, res) => {
      note(req, res)
      for (const each of [req, res]) {
        each.on('close', () => {
          try {
            contexts.push(getContext().env)
          } catch (error) {
            contexts.push(error)
          }
        })
      }
      res.write('first')
    })
    await handler(new Request('http://x/', { signal: client.signal }), 'own')
    client.abort()
    await closed()
    expect(contexts).toEqual(['own', 'own'])
  })

  it('is seen when it reads no more', async () => {
    const response = await answer((req, res) => {
      note(req, res)
      res.write('first')
    })
    await response.body!.cancel()
    await closed()
    expect(events).not.toContain('res finish')
  })

  it('is seen when its body breaks off', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(8))
      },
      pull(controller) {
        controller.error(new Error('gone'))
      },
    })
    const answered = answer(
      (req, res) => {
        note(req, res)
        req.resume()
      },
      { method: 'POST', body, duplex: 'half' },
    )
    await closed()
    expect(events).toContain('req aborted')
    // Nobody is left to read it: only that there is an end matters.
    expect((await answered).ok).toBe(false)
  })
})

describe('the timers of an exchange on plain Node', () => {
  const native = { setInterval, clearInterval }
  const running = new Map<Parameters<typeof clearInterval>[0], () => void>()

  beforeEach(() => {
    running.clear()
    globalThis.setInterval = (...values: Parameters<typeof setInterval>) => {
      const timer = native.setInterval(...values)
      running.set(timer, values[0])
      return timer
    }
    globalThis.clearInterval = (timer) => {
      running.delete(timer)
      native.clearInterval(timer)
    }
  })
  afterEach(() => {
    Object.assign(globalThis, native)
    for (const timer of running.keys()) native.clearInterval(timer)
  })

  let open: ServerResponse | undefined
  let goOn = (): void => {}
  const stream = toFetchHandler(async (_req, res) => {
    open = res
    res.write('first')
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
    res.end()
  })
  const end = toFetchHandler((_req, res) => {
    open?.end()
    res.end()
  })

  it('keep no process alive', async () => {
    await stream(new Request('http://x/'))
    const timers = [...running.keys()] as NodeJS.Timeout[]
    expect(timers.map((timer) => timer.hasRef())).toEqual([false])
  })

  it('are gone when its client has gone', async () => {
    const client = new AbortController()
    await stream(new Request('http://x/', { signal: client.signal }))
    expect(running.size).toBe(1)
    client.abort()
    await eventually(() => expect([open?.closed, running.size]).toEqual([true, 0]))
  })

  it.each<[string, () => unknown]>([
    ['itself', () => goOn()],
    ['what belongs to no request', () => open?.end()],
    ['another request', () => end(new Request('http://x/'))],
  ])('are gone when it was ended by %s', async (_, endIt) => {
    const response = await stream(new Request('http://x/'))
    expect(running.size).toBe(1)
    const text = response.text()
    // The first chunk has been read by now, and the reader waits for a second.
    await delay(5)
    await endIt()
    expect(await text).toBe('first')
    await eventually(() => expect(open?.closed).toBe(true))
    // Nobody clears another request's timer: it may take its next turn for that.
    for (const callback of running.values()) callback()
    expect(running.size).toBe(0)
  })
})
