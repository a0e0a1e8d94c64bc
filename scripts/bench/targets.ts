import type { MemoryFigure } from './memory.ts'
import type { CaseResult } from './rounds.ts'
import type { Sizes } from './size.ts'
import type { Startups } from './startup.ts'

/** One of the figures that issue 2 asks for, and what was measured. */
export interface Verdict {
  readonly what: string
  readonly wanted: string
  readonly measured: string
  readonly isReached: boolean
}

const references = { cloudflare: "Cloudflare's bridge", bare: 'the bare handler' } as const

export function judgeCase({ loadCase, results }: CaseResult): Verdict[] {
  const ours = results.find(({ server }) => server === 'ours')
  const verdicts = []
  for (const reference of ['cloudflare', 'bare'] as const) {
    const factor = loadCase.targets[reference]
    const other = results.find(({ server }) => server === reference)
    if (factor === undefined || ours === undefined || other === undefined) continue
    const ratio = ours.requestsPerSecond.median / other.requestsPerSecond.median
    // What this says does not depend on who else uses the machine.
    const byProcessor =
      ours.processorTime && other.processorTime
        ? `, by processor time ${(other.processorTime.median / ours.processorTime.median).toFixed(2)}`
        : ''
    verdicts.push({
      what: loadCase.title,
      wanted: `at least ${factor} × ${references[reference]}`,
      measured: `${ratio.toFixed(2)}${byProcessor}`,
      isReached: ratio >= factor,
    })
  }
  return verdicts
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

export function judgeStartups({ added }: Startups): Verdict[] {
  // Evaluating modules is work of the processor, and nothing else that uses it counts.
  const milliseconds = added.processor ?? added.elapsed
  return [
    {
      what: 'Added to start-up',
      wanted: 'less than 5 ms',
      measured: `${milliseconds.toFixed(1)} ms`,
      isReached: milliseconds < 5,
    },
  ]
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
