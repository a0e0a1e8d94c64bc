import { readdirSync, readFileSync } from 'node:fs'

// What Linux tells of a process; elsewhere these are not measured.

/** Bytes of memory that a process occupies. */
export function residentMemory(processId: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${processId}/status`) ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** Milliseconds that a process has spent on a processor, in all its threads. */
export function processorTime(processId: number): number | undefined {
  let nanoseconds = 0
  const threads = entriesOf(`/proc/${processId}/task`)
  if (threads.length === 0) return undefined
  for (const thread of threads) {
    const [spent] = read(`/proc/${processId}/task/${thread}/schedstat`)?.split(' ') ?? []
    nanoseconds += Number(spent ?? 0)
  }
  return nanoseconds / 1e6
}

/** The processes that this one has started and that still run. */
export function childProcesses(): number[] {
  const lists = entriesOf(`/proc/${process.pid}/task`).map((thread) =>
    read(`/proc/${process.pid}/task/${thread}/children`),
  )
  return lists.join(' ').split(/\s+/).filter(Boolean).map(Number)
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended meanwhile, or this is not Linux.
    return undefined
  }
}
