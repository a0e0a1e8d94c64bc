import { once } from 'node:events'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { bundle } from '../workerd/index.ts'
import { processorTime } from './process.ts'
import { summarize, type Summary } from './statistics.ts'
import { prepareWorker, startWorkerd, type Modules, type PreparedWorker } from './workerd.ts'

/** How long workerd takes from its start to its first answer, in milliseconds. */
interface Startup {
  readonly title: string
  readonly elapsed: Summary
  /** The processor's time, which hardly depends on what else the machine does. */
  readonly processor: Summary | undefined
}

export interface Startups {
  readonly starts: readonly Startup[]
  /** Milliseconds that one evaluation of our bridge adds. */
  readonly added: Milliseconds
  /** What an app of Fastify's with 100 routes and their schemas takes, all of its packages included. */
  readonly routes: Milliseconds
}

interface Milliseconds {
  readonly elapsed: number
  readonly processor: number | undefined
}

/** So many copies of the bridge in one Worker make its few milliseconds stand out of the noise. */
const COPIES = 20

/**
 * Starts workerd over and over, each kind of Worker in turn.
 *
 * The clocks of workerd stand still while modules are evaluated, so it is measured from outside.
 * What answers first is a plain fetch handler: the app and the bridge have been evaluated by then,
 * and have served nothing.
 *
 * @param rounds How often each
 * @returns The time each kind takes, and what the bridge adds to it
 */
export async function measureStartup(rounds: number): Promise<Startups> {
  await using stack = new AsyncDisposableStack()
  const kinds = [
    { title: 'Express, no bridge', modules: await appModules('express-app.ts') },
    { title: "Express, Cloudflare's bridge", modules: await appModules('express-cloudflare.ts') },
    { title: 'Express, node-cf', modules: await appModules('express-node-cf.ts') },
    { title: 'Fastify with 100 routes, node-cf', modules: await fastifyModules() },
    { title: 'No app, node-cf once', modules: await copiesOfBridge(1) },
    { title: `No app, node-cf ${1 + COPIES} times`, modules: await copiesOfBridge(1 + COPIES) },
  ]
  const samples = []
  for (const { title, modules } of kinds) {
    const worker = stack.use(await prepareWorker(modules))
    samples.push({ title, worker, elapsed: [] as number[], processor: [] as number[] })
  }

  for (let round = 0; round < rounds; round += 1) {
    for (const sample of samples) {
      const { elapsed, processor } = await startOnce(sample.worker)
      sample.elapsed.push(elapsed)
      if (processor !== undefined) sample.processor.push(processor)
    }
  }

  const starts = samples.map(({ title, elapsed, processor }) => ({
    title,
    elapsed: summarize(elapsed),
    processor: processor.length === 0 ? undefined : summarize(processor),
  }))
  const [routes, single, many] = starts.slice(-3) as [Startup, Startup, Startup]
  return { starts, added: difference(many, single, COPIES), routes: difference(routes, single) }
}

function difference(more: Startup, less: Startup, divisor = 1): Milliseconds {
  return {
    elapsed: (more.elapsed.median - less.elapsed.median) / divisor,
    processor:
      more.processor && less.processor && (more.processor.median - less.processor.median) / divisor,
  }
}

const routes = fileURLToPath(import.meta.resolve('./workers/fastify-routes.ts'))

async function fastifyModules(): Promise<Modules> {
  const source = `
    import { toWorker } from '../../packages/fastify/src/index.ts'
    import { app } from '${routes}'
    globalThis.entry = await toWorker(app)
    export default { fetch: () => new Response('ready') }`
  return new Map([['worker.js', await minified(source)]])
}

async function appModules(entry: string): Promise<Modules> {
  const source = `
    import * as entry from './workers/${entry}'
    globalThis.entry = entry
    export default { fetch: () => new Response('ready') }`
  return new Map([['worker.js', await minified(source)]])
}

async function copiesOfBridge(count: number): Promise<Modules> {
  const bridge = await minified(`export { toWorker } from '../../packages/express/src/index.ts'`)
  const modules = new Map([['worker.js', '']])
  // The comment makes each another text, so that none is taken from a cache of compiled code.
  for (let copy = 0; copy < count; copy += 1)
    modules.set(`bridge-${copy}.js`, `/*${copy}*/${bridge}`)
  const imports = [...modules.keys()].slice(1).map((name) => `import './${name}'`)
  modules.set(
    'worker.js',
    `${imports.join('\n')}\nexport default { fetch: () => new Response('ready') }`,
  )
  return modules
}

function minified(source: string): Promise<string> {
  return bundle({ source, resolveDir: import.meta.dirname, minify: true, keepNames: false })
}

async function startOnce(
  worker: PreparedWorker,
): Promise<{ elapsed: number; processor: number | undefined }> {
  const start = performance.now()
  await using workerd = await startWorkerd(worker)
  const [response] = await once(http.get(workerd.url, { agent: false }), 'response')
  const elapsed = performance.now() - start
  response.resume()
  if (response.statusCode !== 200) {
    throw new Error(
      `workerd answered with status ${response.statusCode}:\n${workerd.logs.join('')}`,
    )
  }
  return { elapsed, processor: processorTime(workerd.processId) }
}
