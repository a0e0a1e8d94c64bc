import { replaceFunction } from '@node-cf/bridge'

/** What morgan makes of a format string: it writes a log line. */
type FormatLine = (tokens: Tokens, request: unknown, response: unknown) => string
type Tokens = Record<string, (request: unknown, response: unknown, argument?: string) => unknown>

/** A string as JSON.stringify writes it. */
const STRING = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\bfnrt]|u[\da-f]{4}))*"`
const START = String.raw` {2}"use strict"\n {2}return (${STRING})`
const TOKEN = String.raw` \+\n {4}\(tokens\[(${STRING})\]\(req, res(?:, (${STRING}))?\) \|\| "-"\) \+ (${STRING})`
const GENERATED = new RegExp(`^${START}(?:${TOKEN})*$`)

/**
 * morgan makes a function of a format by `new Function`, that of its `dev` format when the first
 * response with a certain colour is logged. Workers allow that at module scope only. What the
 * runtime refuses to generate, and is exactly what morgan 1.9 to 1.12 generates, is interpreted: a
 * list of texts and tokens. Everything else is as refused as before.
 */
export function installMorganFormats(): void {
  replaceFunction(generate)
}

function generate(values: string[], compile: () => object): object {
  try {
    return compile()
  } catch (error) {
    const [parameters, body] = values
    const isMorgans = values.length === 2 && parameters === 'tokens, req, res'
    const line = isMorgans && error instanceof EvalError ? interpreted(body) : undefined
    if (line === undefined) throw error
    return line
  }
}

/** The function that morgan's code would be; undefined for any other code. */
function interpreted(body: unknown): FormatLine | undefined {
  if (typeof body !== 'string') return undefined
  const start = GENERATED.exec(body)?.[1]
  if (start === undefined) return undefined
  const first = JSON.parse(start) as string
  const pieces = Array.from(body.matchAll(new RegExp(TOKEN, 'g')), pieceOf)
  return (tokens, request, response) => {
    let line = first
    for (const piece of pieces) line += piece(tokens, request, response)
    return line
  }
}

/** What makes a token of a format, `:status` or `:res[content-length]`, and the text that follows it. */
function pieceOf([, name = '', argument, text = '']: RegExpExecArray): FormatLine {
  const token = JSON.parse(name) as string
  const values = argument === undefined ? [] : [JSON.parse(argument) as string]
  const rest = JSON.parse(text) as string
  // "+" and not a template, which would make another text of an object.
  return (tokens, request, response) =>
    ((tokens[token]!(request, response, ...values) || '-') as string) + rest
}
