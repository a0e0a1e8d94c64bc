import { parseArgs } from 'node:util'

export interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  /** Whether a part of the whole is to run. */
  readonly isWanted: (name: string) => boolean
  /** Where to write all figures. */
  readonly json: string | undefined
}

/**
 * Reads the command line.
 *
 * @param names What `--only` can name
 * @returns The options, or the text that explains them where that was asked for
 * @throws Error for an option that is none or has a value that it cannot have
 */
export function readOptions(names: readonly string[]): Options | string {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      connections: { type: 'string', default: '16' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return usage(names)

  const only = values.only.flatMap((list) => list.split(','))
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    throw new Error(`--only ${unknown.join()} names nothing; there is ${names.join(', ')}.`)
  }
  return {
    rounds: positive('rounds', values.rounds, true),
    seconds: positive('seconds', values.seconds, false),
    connections: positive('connections', values.connections, true),
    isWanted: (name) => only.length === 0 || only.includes(name),
    json: values.json,
  }
}

function positive(name: string, text: string, isWhole: boolean): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value) && (!isWhole || Number.isInteger(value))) return value
  throw new Error(`--${name} must be a positive ${isWhole ? 'integer' : 'number'}; got "${text}".`)
}

function usage(names: readonly string[]): string {
  return `pnpm bench [options]

  --rounds <count>       rounds of each case, of which the median counts (5)
  --seconds <seconds>    length of a round (1)
  --connections <count>  requests open at a time (16)
  --only <name>          one part, or several with commas between:
                         ${names.join(', ')}
  --json <file>          write all figures to a file`
}
