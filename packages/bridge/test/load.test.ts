import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import http, { type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { eventually } from './eventually.ts'

const CONNECTIONS = 200
const REQUESTS_EACH = 10
const PATHS = ['/short', '/slow', '/large', '/echo', '/collect']

let worker: RunningWorker
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/load.ts` })
})
afterAll(async () => {
  agent.destroy()
  await worker.dispose()
})

const random = (below: number): number => Math.floor(Math.random() * below)

interface Outcome {
  id: string
  path: string
  isAborted: boolean
  status: number | undefined
  text: string
  error: string | undefined
}

/**
 * Sends a request in pieces and reads the answer.
 *
 * @param abortAfter At which step to go away; a request takes some ten steps, writes and chunks
 */
function exchange(id: string, path: string, abortAfter: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const outcome: Outcome = {
      id,
      path,
      isAborted: false,
      status: undefined,
      text: '',
      error: undefined,
    }
    const hasBody = path === '/echo' || path === '/collect'
    const request = http.request({
      port: worker.port,
      path,
      agent,
      method: hasBody ? 'POST' : 'GET',
      headers: { 'x-id': id },
    })

    let steps = 0
    const step = (): void => {
      steps += 1
      if (steps !== abortAfter) return
      outcome.isAborted = true
      const { socket } = request
      if (socket && random(2) === 0) socket.resetAndDestroy()
      else request.destroy()
    }

    request.on('error', (error) => (outcome.error = error.message))
    request.on('close', () => resolve(outcome))
    request.on('response', (response: IncomingMessage) => {
      outcome.status = response.statusCode
      step()
      response.setEncoding('latin1')
      response.on('data', (text: string) => {
        outcome.text += text
        step()
      })
      response.on('error', (error) => (outcome.error = error.message))
    })

    void (async () => {
      const pieces = hasBody ? 5 : 0
      for (let piece = 0; piece < pieces && !request.destroyed; piece += 1) {
        request.write(`${id};`.repeat(1 + random(300)))
        if (random(2) === 0) await delay(1)
        step()
      }
      if (!request.destroyed) request.end()
      step()
    })()
  })
}

describe('200 connections at once, many of which break off', () => {
  let outcomes: Outcome[] = []

  beforeAll(async () => {
    const clients = Array.from({ length: CONNECTIONS }, async (_, client) => {
      const own: Outcome[] = []
      for (let number = 0; number < REQUESTS_EACH; number += 1) {
        const id = `client${client}request${number}`
        const abortAfter = random(10) < 4 ? 1 + random(8) : Infinity
        own.push(await exchange(id, PATHS[random(PATHS.length)]!, abortAfter))
      }
      return own
    })
    outcomes = (await Promise.all(clients)).flat()
  })

  it('are answered where they wait for their answer', () => {
    const patient = outcomes.filter(({ isAborted }) => !isAborted)
    expect(patient.length).toBeGreaterThan(outcomes.length / 3)
    expect(outcomes.length - patient.length).toBeGreaterThan(outcomes.length / 10)
    for (const { id, path, status, text, error } of patient) {
      expect({ path, status, error }).toEqual({ path, status: 200, error: undefined })
      expect(text.length).toBeGreaterThan(0)
      // Whole answers end with a whole id.
      expect(text.replaceAll(`${id};`, '')).toBe('')
    }
  })

  it('never see the data of another', () => {
    for (const { id, text } of outcomes) {
      const rest = text.replaceAll(`${id};`, '')
      expect(`${id};`.startsWith(rest)).toBe(true)
    }
  })

  it('leave nothing open', async () => {
    await eventually(async () => {
      const { open } = (await (await worker.fetch('/counts')).json()) as {
        open: Record<string, number>
      }
      expect(open).toEqual({ '/short': 0, '/slow': 0, '/large': 0, '/echo': 0, '/collect': 0 })
    })
  })

  it('do not keep the next request from its answer', async () => {
    for (const path of PATHS) {
      const outcome = await exchange('after', path, Infinity)
      expect(outcome).toMatchObject({ status: 200, error: undefined })
      expect(outcome.text.replaceAll('after;', '')).toBe('')
    }
    const { total } = (await (await worker.fetch('/counts')).json()) as { total: number }
    // The isolate has counted all along, so it was never started anew.
    expect(total).toBeGreaterThan(outcomes.filter(({ status }) => status === 200).length)
  })

  it('make the Worker log no error but that of a body cut because its client has gone', () => {
    expect(worker.logs.filter((log) => !log.endsWith('remote.jsg.Error: aborted'))).toEqual([])
  })
})
