/** How apps start, listen and close. Each case returns what happened, in order: on Node and in workerd alike. */
import fastify, { type FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

type Case = (note: (entry: unknown) => void) => Promise<unknown>

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** An app that notes every hook of its life. */
function watched(note: (entry: unknown) => void, options = {}): FastifyInstance {
  const app = fastify(options)
  app.addHook('onRoute', ({ method, url }) => note(`onRoute ${String(method)} ${url}`))
  app.addHook('onRegister', (_instance, { prefix }: { prefix?: string }) =>
    note(`onRegister ${prefix}`),
  )
  app.addHook('onReady', async () => note('onReady, a promise'))
  app.addHook('onReady', (done) => {
    note('onReady, a callback')
    done()
  })
  app.addHook('onListen', async () => note('onListen, a promise'))
  app.addHook('onListen', (done) => {
    note('onListen, a callback')
    done()
  })
  app.addHook('preClose', async () => note('preClose, a promise'))
  app.addHook('preClose', (done) => {
    note('preClose, a callback')
    done()
  })
  app.addHook('onClose', async () => note('onClose, a promise'))
  app.addHook('onClose', (_instance, done) => {
    note('onClose, a callback')
    done()
  })
  return app
}

function described(error: unknown): unknown {
  const { name, code, message } = error as Error & { code?: string }
  return { name, code, message }
}

async function attempted(call: () => unknown): Promise<unknown> {
  try {
    return { returned: await call() }
  } catch (error) {
    return { threw: described(error) }
  }
}

/** The address without the port, which the system chooses. */
const withoutPort = (address: unknown): string => String(address).replace(/:\d+$/, ':port')

export const cases: Record<string, Case> = {
  'plugins load in order, encapsulated': async (note) => {
    const app = watched(note)
    app.decorate('root', 1)
    app.register(
      async (instance) => {
        note('first')
        instance.decorate('inner', 2)
        instance.get('/', async () => 'x')
        await instance.register(async () => note('first, nested'), { prefix: '/nested' })
        note('first, done')
      },
      { prefix: '/first' },
    )
    app.register(
      fastifyPlugin((instance, _options, done) => {
        note('second')
        instance.decorate('shared', 3)
        setImmediate(done)
      }),
    )
    app.after((error) => note(`after ${String(error)}`))
    await app.register(async () => {
      await sleep(5)
      note('third')
    })
    note('registered')
    await app.after()
    await app.ready()
    note(['inner', 'shared', 'root'].map((name) => app.hasDecorator(name)))
    return app.printRoutes()
  },
  'ready() with a callback': (note) =>
    new Promise((resolve) => {
      const app = watched(note)
      app.ready((error) => resolve(String(error)))
    }),
  'ready() twice': async (note) => {
    const app = watched(note)
    await Promise.all([app.ready(), app.ready()])
    await app.ready()
  },
  'an app that is awaited': async (note) => {
    const app = watched(note)
    app.register(async () => note('plugin'))
    await (app as unknown as PromiseLike<unknown>)
    note('awaited')
  },
  'a plugin that fails': async (note) => {
    const app = watched(note)
    app.register(async () => {
      throw new Error('broken')
    })
    app.register(async () => note('never'))
    note(await attempted(() => app.ready()))
    await sleep(5)
    return attempted(async () => (await app.inject('/')).statusCode)
  },
  'an onReady hook that fails': async (note) => {
    const app = watched(note)
    app.addHook('onReady', async () => {
      throw new Error('not ready')
    })
    return attempted(() => app.ready())
  },
  'listen() as a promise': async (note) => {
    const app = watched(note)
    note(withoutPort(await app.listen({ port: 0, host: '127.0.0.1' })))
    note([app.server.listening, app.addresses().length, withoutPort(app.listeningOrigin)])
    await app.close()
    note(app.server.listening)
  },
  'listen() with a callback': async (note) => {
    const app = watched(note)
    await new Promise<void>((resolve) => {
      app.listen({ port: 0, host: '127.0.0.1' }, (error, address) => {
        note([String(error), withoutPort(address)])
        resolve()
      })
    })
    await sleep(5)
    await app.close()
  },
  'listen() without options': async (note) => {
    const app = watched(note)
    note(withoutPort(await app.listen()))
    await app.close()
  },
  'listen() on all addresses': async (note) => {
    const app = watched(note)
    note(/^http:\/\/127\.0\.0\.1:\d+$/.test(await app.listen({ port: 0, host: '0.0.0.0' })))
    await app.close()
  },
  'listen() on ::': async (note) => {
    const app = watched(note)
    note(withoutPort(await app.listen({ port: 0, host: '::' })))
    await app.close()
  },
  'listen() with a text of its own': async (note) => {
    const lines: string[] = []
    const stream = {
      write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg),
    }
    const app = watched(note, { logger: { stream } })
    const listenTextResolver = (address: string): string => `at ${withoutPort(address)}`
    await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver })
    await app.close()
    return lines
  },
  'listen() with a signal': async (note) => {
    const app = watched(note)
    const controller = new AbortController()
    await app.listen({ port: 0, host: '127.0.0.1', signal: controller.signal })
    controller.abort()
    await sleep(10)
    note(app.server.listening)
  },
  'listen() twice': async (note) => {
    const app = watched(note)
    await app.listen({ port: 0, host: '127.0.0.1' })
    note(await attempted(() => app.listen({ port: 0, host: '127.0.0.1' })))
    await app.close()
    note(await attempted(() => app.listen({ port: 0, host: '127.0.0.1' })))
  },
  'close() of an app that never listened': async (note) => {
    const app = watched(note)
    app.register(async (instance) => {
      instance.addHook('onClose', async () => note('onClose of a plugin'))
    })
    await app.ready()
    await app.close()
    return attempted(() => app.inject('/'))
  },
  'close() with a callback': (note) =>
    new Promise((resolve) => {
      const app = watched(note)
      app.close(() => resolve('closed'))
    }),
  'close() twice': async (note) => {
    const app = watched(note)
    await app.ready()
    await Promise.all([app.close(), app.close()])
  },
  'close() with a hook that fails': async (note) => {
    const app = watched(note)
    app.addHook('onClose', async () => {
      throw new Error('not closed')
    })
    return attempted(() => app.close())
  },
  'an app that disposes of itself': async (note) => {
    {
      await using app = watched(note)
      await app.ready()
    }
    note('disposed of')
  },
  'what cannot be done when it has started': async (note) => {
    const app = watched(note)
    await app.ready()
    note(await attempted(() => void app.get('/', async () => 'x')))
    note(await attempted(() => void app.addHook('onRequest', async () => {})))
    note(await attempted(() => void app.decorate('late', 1)))
    note(await attempted(() => void app.addSchema({ $id: 'late' })))
    note(await attempted(() => void app.setErrorHandler(() => {})))
  },
  'a plugin that misses a decorator or another plugin': async (note) => {
    for (const options of [{ dependencies: ['other'] }, { decorators: { request: ['user'] } }]) {
      const app = watched(note)
      app.register(fastifyPlugin(async () => {}, { name: 'needy', ...options }))
      note(await attempted(() => app.ready()))
    }
  },
  'a plugin for another version of Fastify': async (note) => {
    const app = watched(note)
    app.register(fastifyPlugin(async () => {}, { name: 'old', fastify: '4.x' }))
    return attempted(() => app.ready())
  },
}

/** Runs all of them. */
export async function runAll(): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {}
  for (const [name, run] of Object.entries(cases)) {
    const notes: unknown[] = []
    const returned = await attempted(() => run((entry) => void notes.push(entry)))
    outcomes[name] = JSON.parse(JSON.stringify({ notes, returned })) as unknown
  }
  return outcomes
}
