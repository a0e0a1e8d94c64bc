import os from 'node:os'
import workerd from 'workerd'

/** What the figures depend on besides the code. */
export interface Machine {
  readonly date: string
  readonly processor: string
  readonly processors: number
  readonly system: string
  readonly node: string
  readonly workerd: string
  /** How many processes wanted a processor before anything was measured, on average of a minute. */
  readonly loadAverage: number
}

export function describeMachine(): Machine {
  const processors = os.cpus()
  return {
    date: new Date().toISOString(),
    processor: processors[0]?.model ?? 'unknown',
    processors: processors.length,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    workerd: workerd.version,
    loadAverage: os.loadavg()[0] ?? 0,
  }
}
