import type { MemoryFigure } from './memory.ts'
import type { CaseResult } from './rounds.ts'
import { type ServerName, titles } from './servers.ts'
import type { Sizes } from './size.ts'
import type { Startups } from './startup.ts'

/** A figure to reach, and what was measured. */
export interface Verdict {
  readonly what: string
  readonly wanted: string
  readonly measured: string
  readonly isReached: boolean
}

export function judgeCase({ loadCase, results }: CaseResult): Verdict[] {
  const wanted = [
    ...entriesOf('ours', loadCase.targets),
    ...(loadCase.fastify === undefined ? [] : entriesOf('fastify', loadCase.fastify)),
  ]
  return wanted.flatMap(([server, reference, factor]) => {
    const measured = results.find((result) => result.server === server)
    const other = results.find((result) => result.server === reference)
    if (measured === undefined || other === undefined) return []
    const ratio = measured.requestsPerSecond.median / other.requestsPerSecond.median
    // What this says does not depend on who else uses the machine.
    const byProcessor =
      measured.processorTime && other.processorTime
        ? `, by processor time ${(other.processorTime.median / measured.processorTime.median).toFixed(2)}`
        : ''
    return {
      what: `${loadCase.title}, ${titles[server]}`,
      wanted: `at least ${factor} × ${titles[reference]}`,
      measured: `${ratio.toFixed(2)}${byProcessor}`,
      isReached: ratio >= factor,
    }
  })
}

function entriesOf(
  server: ServerName,
  targets: Partial<Record<ServerName, number>>,
): [server: ServerName, reference: ServerName, factor: number][] {
  return Object.entries(targets).map(([reference, factor]) => [
    server,
    reference as ServerName,
    factor,
  ])
}

export function judgeSizes({ added }: Sizes): Verdict[] {
  return [
    {
      what: 'Added to a bundle, minified',
      wanted: 'less than 40 KB',
      measured: `${(added.minified / 1000).toFixed(1)} KB`,
      isReached: added.minified < 40_000,
    },
  ]
}

export function judgeStartups({ added, routes }: Startups): Verdict[] {
  return [
    judgeStartup('Added to start-up', added, 5),
    judgeStartup('Start-up of 100 Fastify routes with schemas', routes, 150),
  ]
}

function judgeStartup(
  what: string,
  { elapsed, processor }: Startups['added'],
  limit: number,
): Verdict {
  // Evaluating modules is work of the processor, and nothing else that uses it counts.
  const milliseconds = processor ?? elapsed
  return {
    what,
    wanted: `less than ${limit} ms`,
    measured: `${milliseconds.toFixed(1)} ms`,
    isReached: milliseconds < limit,
  }
}

export function judgeMemory(figures: readonly MemoryFigure[]): Verdict[] {
  return figures
    .filter(({ server }) => server === 'ours')
    .flatMap(({ transfer, live, resident }) => [
      ...judgeGrowth(`${transfer}: memory in use`, live),
      ...judgeGrowth(`${transfer}: process with garbage`, resident),
    ])
}

function judgeGrowth(what: string, bytes: number | undefined): Verdict[] {
  if (bytes === undefined) return []
  return [
    {
      what,
      wanted: 'less than 16 MB more',
      measured: `${(bytes / 1e6).toFixed(1)} MB`,
      isReached: bytes < 16e6,
    },
  ]
}
