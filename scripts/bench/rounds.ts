import type { LoadCase } from './cases.ts'
import { load, type LoadOptions, type Round } from './load.ts'
import { probe } from './probe.ts'
import { titles, type Server, type ServerName } from './servers.ts'
import { summarize, type Summary } from './statistics.ts'

/** What the rounds of one case gave on one server. */
export interface ServerResult {
  readonly server: ServerName
  readonly requestsPerSecond: Summary
  readonly bytesPerSecond: Summary
  /** Microseconds of processor time that the server spent on a request. */
  readonly processorTime: Summary | undefined
  /** The part of one processor that the load generator was using, from 0 to 1. */
  readonly generatorUse: Summary
}

export interface CaseResult {
  readonly loadCase: LoadCase
  readonly results: readonly ServerResult[]
  /** What went wrong, by server, empty where nothing did. */
  readonly failures: readonly string[]
}

export interface RoundOptions extends LoadOptions {
  readonly rounds: number
}

/** For so many seconds under load V8 goes on compiling what a request runs through. */
const WARM_UP = 4

/**
 * Loads the servers with one case, each in turn and in another order each round, so that whatever
 * else the machine does meanwhile hits all of them alike.
 */
export async function runCase(
  all: readonly Server[],
  loadCase: LoadCase,
  { rounds, seconds, connections }: RoundOptions,
): Promise<CaseResult> {
  // Fastify and the floor have the JSON routes only.
  const servers = all.filter(
    ({ name }) => (name !== 'fastify' && name !== 'floor') || loadCase.fastify !== undefined,
  )
  const failures: string[] = []
  const measured = new Map<ServerName, Round[]>()

  for (const server of servers) {
    const wrong = await probe(server, loadCase)
    const warmUp = await load(server, loadCase, { connections, seconds: WARM_UP })
    for (const failure of [...wrong, ...warmUp.failures]) failures.push(describe(server, failure))
    measured.set(server.name, [])
  }

  for (let round = 0; round < rounds; round += 1) {
    const first = round % servers.length
    for (const server of [...servers.slice(first), ...servers.slice(0, first)]) {
      const figures = await load(server, loadCase, { connections, seconds })
      measured.get(server.name)!.push(figures)
      for (const failure of figures.failures) {
        failures.push(describe(server, `round ${round + 1}: ${failure}`))
      }
    }
  }

  const results = servers.map(({ name }) => summarizeRounds(name, measured.get(name)!))
  return { loadCase, results, failures: [...new Set(failures)] }

  function describe(server: Server, failure: string): string {
    const log = server.logs.at(-1)?.trim()
    return `${loadCase.title}, ${titles[server.name]}: ${failure}${log ? ` (its last log: ${log})` : ''}`
  }
}

function summarizeRounds(server: ServerName, rounds: readonly Round[]): ServerResult {
  const times = rounds.flatMap(({ processorTime }) => processorTime ?? [])
  return {
    server,
    requestsPerSecond: summarize(rounds.map((round) => round.requestsPerSecond)),
    bytesPerSecond: summarize(rounds.map((round) => round.bytesPerSecond)),
    processorTime: times.length === 0 ? undefined : summarize(times),
    generatorUse: summarize(rounds.map((round) => round.generatorUse)),
  }
}
