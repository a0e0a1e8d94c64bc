import { settleAtModuleScope } from '@node-cf/bridge'

type Plugin = (instance: unknown, options: unknown, done: Done) => unknown
type Done = (error?: unknown) => void

/** The plugins that have begun to load and not finished, in that order. */
const loading = new Set<{ name: string }>()
/** Which plugin an error came from. */
const blamed = new WeakMap<object, string>()

/** The plugin that others wait for: the last that has begun to load and not finished. */
export function loadingPlugin(): string | undefined {
  return Array.from(loading).at(-1)?.name
}

/** The plugin that an error came from. */
export function blamedFor(error: unknown): string | undefined {
  return blamed.get(error as object)
}

/**
 * Makes a plugin of which it is known when it loads and how that ends; to avvio it looks the same.
 * @param plugin What `register` was given: a function, a module, or a promise of one
 */
export function watched(plugin: unknown): unknown {
  if (typeof plugin === 'function') return new Proxy(plugin as Plugin, HANDLER)
  if (typeof plugin !== 'object' || plugin === null) return plugin
  if ('then' in plugin) return Promise.resolve(plugin).then(watched)
  const { default: main } = plugin as { default?: unknown }
  return typeof main === 'function' ? watched(main) : plugin
}

const HANDLER: ProxyHandler<Plugin> = {
  apply(target, self, [instance, options, done]: Parameters<Plugin>) {
    const entry = { name: nameOf(target, options) }
    let isLoaded!: () => void
    loading.add(entry)
    void waitFor(new Promise((resolve) => (isLoaded = resolve)))
    const end: Done = (error) => {
      loading.delete(entry)
      isLoaded()
      // A plugin that fails has its parent fail by the same error.
      const isKnown = typeof error !== 'object' || error === null || blamed.has(error)
      if (!isKnown) blamed.set(error, entry.name)
    }
    try {
      const result = Reflect.apply(target, self, [
        instance,
        options,
        (error?: unknown) => {
          end(error)
          done(error)
        },
      ])
      if (isPromise(result)) result.then(() => end(), end)
      else if (target.length < 3) end()
      return result
    } catch (error) {
      end(error)
      throw error
    }
  },

  get(target, key) {
    const value: unknown = Reflect.get(target, key)
    // avvio calls a plugin without a name by its text.
    return key === 'toString' ? () => target.toString() : value
  },
}

/** Lets the timers fire that a plugin waits for, whatever the app itself waits for. */
async function waitFor(loaded: Promise<void>): Promise<void> {
  try {
    await settleAtModuleScope(loaded)
  } catch {
    // Whoever waits for the app hears of a plugin that does not come to an end.
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}

/** A plugin's name, as Fastify finds it. */
function nameOf(plugin: Plugin, options: unknown): string {
  const { [Symbol.for('fastify.display-name')]: displayName, [Symbol.for('plugin-meta')]: meta } =
    plugin as unknown as Record<symbol, unknown>
  const names = [
    displayName,
    (meta as { name?: unknown } | undefined)?.name,
    (options as { name?: unknown } | null | undefined)?.name,
    plugin.name,
  ]
  const name = names.find((candidate) => typeof candidate === 'string' && candidate !== '')
  if (name !== undefined) return name as string
  const lines = plugin.toString().split('\n', 2)
  return lines.map((line) => line.trim()).join(' -- ')
}
