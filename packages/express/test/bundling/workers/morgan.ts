// What becomes of generated code is what this Worker is for.
// oxlint-disable typescript/no-implied-eval, unicorn/no-instanceof-builtins
import '@node-cf/express'
import morgan from 'morgan'
import morgan19 from 'morgan-1.9'
import { type Morgan, morganLines } from './morgan-lines.ts'

/** Whether to compile the formats while the Worker starts, or in a request. */
declare const COMPILE_AT_START: boolean

const allLines = (): Record<string, string[]> => ({
  'morgan-1.9': morganLines(morgan19),
  morgan: morganLines(morgan as unknown as Morgan),
})
const linesAtStart = COMPILE_AT_START ? allLines() : undefined

/** Sources that are not morgan's, or not quite. */
const sources = [
  ['return 1'],
  ['tokens, req, res', 'return 1'],
  ['tokens, req, res', '  "use strict"\n  return "a" + "b"'],
  ['tokens, req, res', '  "use strict"\n  return "a"; hidden()'],
  ['tokens, req, res', '  "use strict"\n  return "\\x41"'],
  ['tokens', 'req', 'res', '  "use strict"\n  return "a"'],
  ['a', '  "use strict"\n  return "a"'],
]

class Derived extends Function {}

/** What `new Function` and `Function` are to a program. */
const nature = () => [
  (() => {}).constructor === Function,
  (() => {}) instanceof Function,
  Function.prototype.constructor === Function,
  Function.name,
  Function.length,
  typeof Function,
  Object.getPrototypeOf(Function) === Function.prototype,
]

const atStart = {
  nature: nature(),
  sum: (Function('a', 'b', 'return a + b') as (a: number, b: number) => number)(1, 2),
  product: (new Function('a', 'b', 'return a * b') as (a: number, b: number) => number)(2, 3),
  derived: new Derived('return 7') instanceof Derived,
}

export default {
  fetch(request: Request): Response {
    const { pathname } = new URL(request.url)
    if (pathname === '/lines') return Response.json(linesAtStart ?? allLines())
    if (pathname === '/at-start') return Response.json(atStart)
    return Response.json(
      sources.map((source) => {
        try {
          return typeof new Function(...source)
        } catch (error) {
          return (error as Error).name
        }
      }),
    )
  },
}
