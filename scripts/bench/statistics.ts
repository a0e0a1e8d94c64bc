/** What several rounds gave. */
export interface Summary {
  readonly median: number
  readonly minimum: number
  readonly maximum: number
  /** The distance between the best and the worst round, as a part of the median. */
  readonly spread: number
}

export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const minimum = sorted.at(0) ?? Number.NaN
  const maximum = sorted.at(-1) ?? Number.NaN
  const middle = medianOf(sorted)
  return { median: middle, minimum, maximum, spread: (maximum - minimum) / middle }
}

function medianOf(sorted: readonly number[]): number {
  const half = sorted.length / 2
  const upper = sorted[Math.floor(half)] ?? Number.NaN
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper
}
