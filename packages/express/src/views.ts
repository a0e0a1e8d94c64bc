import { readdirSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { settleAtModuleScope } from '@node-cf/bridge'
import { ExpressAdapterError } from './errors.ts'

type RenderFile = (
  path: string,
  options: object,
  callback: (error: unknown, html?: string) => void,
) => unknown

/** A template engine: its module (`ejs`, `pug`, `hbs`), or the function it is registered by. */
export type ViewEngine = RenderFile | { __express: RenderFile } | { renderFile: RenderFile }

export interface WarmViewsOptions {
  /**
   * The engines of the app's views, by their file extension: `{ ejs }`. Express would load one by
   * `require(name)` when it renders, and a bundle has no such `require`.
   */
  engines?: Record<string, ViewEngine>
}

/** As much of an Express app as views need. */
interface ViewApp {
  engine(extension: string, render: RenderFile): unknown
  get(setting: string): unknown
  set(setting: string, value: unknown): unknown
  render(name: string, options: object, callback: (error: unknown) => void): void
  engines: Record<string, unknown>
}

/**
 * Compiles an app's templates while the Worker starts. A template becomes a function by
 * `new Function`, which Workers allow at module scope only; rendering a compiled one works at any
 * time. Switches `view cache` on, which keeps the compiled templates.
 * @param app The Express app, its `views` and `view engine` set
 * @param options The engines
 * @returns When every template is compiled; await it at module scope
 * @throws {ExpressAdapterError} `ERR_EXPRESS_VIEWS_MISSING` when a folder of views is not in the
 *   bundle, `ERR_EXPRESS_VIEW` for a template that does not compile, `ERR_EXPRESS_ENGINE` for what
 *   is no engine, `ERR_EXPRESS_VIEWS_TOO_LATE` when called while a request is served
 */
export async function warmViews(app: object, options: WarmViewsOptions = {}): Promise<void> {
  const views = app as ViewApp
  for (const [extension, engine] of Object.entries(options.engines ?? {})) {
    views.engine(extension, renderFunction(extension, engine))
  }
  views.set('view cache', true)
  // All are started before any is waited for: EJS and Pug are done by then.
  const compiled = templatesOf(views).map((name) => compile(views, name))
  await settleAtModuleScope(Promise.all(compiled))
  for (const engine of Object.values(options.engines ?? {})) compilePartials(engine)
}

/** Handlebars keeps partials as text until one is first used, which may be in a request. */
function compilePartials(engine: ViewEngine): void {
  const handlebars = 'handlebars' in engine ? (engine.handlebars as Handlebars) : undefined
  if (handlebars === undefined) return
  for (const [name, text] of Object.entries(handlebars.partials)) {
    if (typeof text !== 'string') continue
    const template = handlebars.compile(text)
    handlebars.partials[name] = template
    try {
      template({})
    } catch {
      // It is compiled all the same: what it lacks is data.
    }
  }
}

interface Handlebars {
  partials: Record<string, unknown>
  compile(text: string): (data: object) => string
}

function renderFunction(extension: string, engine: ViewEngine): RenderFile {
  if (typeof engine === 'function') return engine
  if (isBrowserBuild(engine)) {
    throw new ExpressAdapterError(
      'ERR_EXPRESS_ENGINE',
      `The engine given for .${extension} is EJS's build for browsers, which reads no files. wrangler takes Node's with WRANGLER_BUILD_PLATFORM=node and WRANGLER_BUILD_CONDITIONS=workerd,worker,node in .env, Vite with nodeResolution() of @node-cf/express/vite.`,
    )
  }
  if ('__express' in engine && typeof engine.__express === 'function') return engine.__express
  if ('renderFile' in engine && typeof engine.renderFile === 'function') return engine.renderFile
  throw new ExpressAdapterError(
    'ERR_EXPRESS_ENGINE',
    `The engine given for .${extension} is no template engine: it has neither __express nor renderFile, and is no function. For Handlebars, give hbs or what express-handlebars' engine() returns.`,
  )
}

/** Whether it is EJS without the file system: it would fail with the first page, and not before. */
function isBrowserBuild(engine: object): boolean {
  return 'fileLoader' in engine && engine.fileLoader === undefined
}

/** Names of all templates below the app's folders of views, as `app.render` takes them. */
function templatesOf(app: ViewApp): string[] {
  return [app.get('views')].flat().flatMap((folder) => {
    const root = String(folder)
    return filesBelow(root)
      .filter((path) => extname(path) in app.engines)
      .map((path) => relative(root, path))
  })
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
  } catch (error) {
    throw new ExpressAdapterError(
      'ERR_EXPRESS_VIEWS_MISSING',
      `The folder of views ${folder} is not in the bundle. Add its files with "find_additional_modules" and "rules" in wrangler.jsonc, and see that app.get('views') names a folder below /bundle.`,
      { cause: error },
    )
  }
}

/** Renders a template without data: what it throws for want of data, it throws when compiled. */
function compile(app: ViewApp, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    app.render(name, { cache: true }, (error) => {
      if (error instanceof EvalError) reject(tooLate(error))
      else if (isSyntaxError(error)) reject(invalid(name, error))
      else resolve()
    })
  })
}

function isSyntaxError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  const isPugError = typeof code === 'string' && code.startsWith('PUG:')
  return error instanceof SyntaxError || isPugError || error.message.startsWith('Parse error')
}

function invalid(name: string, error: Error): ExpressAdapterError {
  return new ExpressAdapterError(
    'ERR_EXPRESS_VIEW',
    `View ${name} does not compile: ${error.message}`,
    {
      cause: error,
    },
  )
}

function tooLate(error: Error): ExpressAdapterError {
  return new ExpressAdapterError(
    'ERR_EXPRESS_VIEWS_TOO_LATE',
    'Workers compile templates at module scope only: call warmViews() beside toWorker(), not inside a handler.',
    { cause: error },
  )
}
