import performanceHooks, { performance } from 'node:perf_hooks'

/**
 * Lets apps watch the event loop, as @fastify/under-pressure and prom-client do. The clock of a
 * Worker stands still between two events, so there is nothing to measure: the loop is never busy and
 * never late.
 */
export function installEventLoop(): void {
  try {
    performanceHooks.monitorEventLoopDelay()
  } catch {
    performanceHooks.monitorEventLoopDelay = idleHistogram
  }
  // On Node it is a function of its own; the runtime's wants its object.
  performance.eventLoopUtilization = performance.eventLoopUtilization.bind(performance)
}

type Monitor = typeof performanceHooks.monitorEventLoopDelay

/** Stands for a histogram each sample of which is the resolution itself, as on an idle Node. */
function idleHistogram({ resolution = 10 }: Parameters<Monitor>[0] = {}): ReturnType<Monitor> {
  const sample = resolution * 1e6
  const histogram = {
    count: 1,
    exceeds: 0,
    min: sample,
    max: sample,
    mean: sample,
    stddev: 0,
    percentiles: new Map([[100, sample]]),
    percentile: () => sample,
    enable: () => true,
    disable: () => true,
    reset() {},
  }
  return histogram as unknown as ReturnType<Monitor>
}
