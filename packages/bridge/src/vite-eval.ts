import { replaceFunction } from './code-generation.ts'

/** The binding by which Cloudflare's Vite plugin evaluates modules in `vite dev`. */
interface UnsafeEval {
  eval(script: string, name: string): unknown
}

/** There only in `vite dev`; no other Worker has such a binding. */
function viteEval(): UnsafeEval | undefined {
  const { env } = (process.getBuiltinModule('cloudflare:workers') ?? {}) as {
    env?: { __VITE_UNSAFE_EVAL__?: UnsafeEval }
  }
  return env?.__VITE_UNSAFE_EVAL__
}

/** Whether this is `vite dev`, where modules load one by one, while a request is served. */
export function isViteDev(): boolean {
  return viteEval() !== undefined
}

/**
 * Makes `new Function` work in `vite dev`, as it does while the modules of a deployed Worker load.
 * In a request the runtime allows no code generation, and Express 4 and Fastify generate some.
 */
export function installViteEval(): void {
  const unsafeEval = viteEval()
  if (unsafeEval === undefined) return

  replaceFunction((values) => {
    const parameters = values.slice(0, -1).join(',')
    const body = values.at(-1) ?? ''
    // The line breaks belong there (ECMAScript, CreateDynamicFunction): a comment may end either.
    const source = `(function anonymous(${parameters}\n) {\n${body}\n})`
    return unsafeEval.eval(source, 'anonymous') as object
  })
}
