import type { LoadCase } from './cases.ts'
import { download } from './download.ts'
import { processorTime } from './process.ts'
import { repeat } from './repeat.ts'
import type { Server } from './servers.ts'

export interface LoadOptions {
  /** How many requests are open at a time. */
  readonly connections: number
  /** For how long. */
  readonly seconds: number
}

/** What a load generator has seen. */
export interface Outcome {
  /** How many answers came, the part of one that was on its way at the end included. */
  readonly requests: number
  readonly seconds: number
  /** What went wrong, empty where nothing did. */
  readonly failures: readonly string[]
}

/** What one round of one case gave on one server. */
export interface Round {
  readonly requestsPerSecond: number
  readonly bytesPerSecond: number
  /** Microseconds of processor time that the server spent on a request. */
  readonly processorTime: number | undefined
  /** The part of one processor that the load generator itself was using, from 0 to 1. */
  readonly generatorUse: number
  readonly failures: readonly string[]
}

/**
 * Loads a server with one case.
 *
 * @param server The server, which nothing else loads meanwhile
 * @param loadCase The request to repeat
 * @param options How many connections, and for how long
 * @returns The figures of the round
 */
export async function load(
  server: Pick<Server, 'processId' | 'url'>,
  loadCase: LoadCase,
  options: LoadOptions,
): Promise<Round> {
  const { answer } = loadCase
  const serverBefore = processorTime(server.processId)
  const generatorBefore = process.cpuUsage()
  const generate = loadCase.isThroughput ? download : repeat
  const { requests, seconds, failures } = await generate(server.url, loadCase, options)
  const generator = process.cpuUsage(generatorBefore)
  const serverAfter = processorTime(server.processId)
  return {
    requestsPerSecond: requests / seconds,
    bytesPerSecond: (requests * (typeof answer === 'number' ? answer : answer.length)) / seconds,
    processorTime:
      serverBefore === undefined || serverAfter === undefined
        ? undefined
        : ((serverAfter - serverBefore) * 1000) / requests,
    generatorUse: (generator.user + generator.system) / 1e6 / seconds,
    failures: requests > 0 ? failures : [...failures, 'nothing was answered'],
  }
}
