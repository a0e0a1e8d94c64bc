/** By this pino knows a stream that wants to hear of a line's level before it gets the line. */
const METADATA: unique symbol = Symbol.for('pino.metadata')

/** A stream that pino writes lines of JSON to; what comes before `write` is set by pino. */
export interface LineStream {
  [METADATA]?: boolean
  lastLevel?: number | undefined
  lastObj?: unknown
  lastLogger?: unknown
  write: (line: string, ...rest: never[]) => boolean
}

/**
 * Has pino write to the Worker's log. Without a destination it writes to standard output, directly to
 * its file descriptor unless `process.stdout.write` has been replaced.
 */
export function installLog(): void {
  const stdout = process.stdout as unknown as LineStream
  const { write } = stdout
  toConsole(stdout, write)
}

/**
 * Makes a stream write pino's lines to the console, as the objects they stand for: Workers Logs
 * indexes the fields of an object, and takes a line for one text.
 * @param stream The stream
 * @param write What to do with text that is not pino's
 */
export function toConsole(stream: LineStream, write: LineStream['write']): void {
  stream[METADATA] = true
  stream.write = (line, ...rest) => {
    const { lastLevel } = stream
    if (lastLevel === undefined) return write.call(stream, line, ...rest)
    // Nothing of a request is kept until the next line.
    stream.lastLevel = stream.lastObj = stream.lastLogger = undefined
    console[methodOf(lastLevel)](parsed(line))
    return true
  }
}

/** The console's method for a level of pino's, which Workers Logs shows as the level of the line. */
function methodOf(level: number): 'debug' | 'info' | 'warn' | 'error' {
  if (level < 30) return 'debug'
  if (level < 40) return 'info'
  return level < 50 ? 'warn' : 'error'
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // A hook or a formatter has made something else of it.
    return line.trimEnd()
  }
}
