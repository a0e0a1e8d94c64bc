import crypto from 'node:crypto'

type Draw = () => Buffer

/** How to draw the bytes that a stand-in stands for. */
const draws = new WeakMap<object, Draw>()

/**
 * Lets modules ask for random bytes while they load, where Workers have none: @fastify/session fills
 * a supply, @fastify/cookie tries an algorithm with a key that it throws away. What they get is drawn
 * when somebody looks at it, and until the first request that throws, as it does without this: nobody
 * takes for random what is not.
 */
export function installModuleRandom(): void {
  const { randomBytes, createHmac } = crypto

  crypto.randomBytes = ((size: number, ...callback: [() => void]) => {
    try {
      return randomBytes(size, ...callback)
    } catch (error) {
      if (callback.length > 0 || !isOfModuleScope(error)) throw error
      return drawnLater(() => randomBytes(size))
    }
  }) as typeof randomBytes

  crypto.createHmac = (algorithm, key, options) => {
    const draw = draws.get(key as object)
    if (draw === undefined) return createHmac(algorithm, key, options)
    try {
      return createHmac(algorithm, draw(), options)
    } catch (error) {
      if (!isOfModuleScope(error)) throw error
      // The algorithm is tried all the same, and nothing is signed.
      return unusable(createHmac(algorithm, '', options), error)
    }
  }
}

/** Only JavaScript takes it for bytes; the runtime's own functions refuse it. */
function drawnLater(randomBytes: Draw): Buffer {
  let bytes: Buffer | undefined
  const draw = (): Buffer => (bytes ??= randomBytes())
  const standIn = new Proxy(Buffer.alloc(0), {
    get(_target, name) {
      const value: unknown = Reflect.get(draw(), name)
      return typeof value === 'function' ? (value.bind(draw()) as unknown) : value
    },
    set: (_target, name, value) => Reflect.set(draw(), name, value),
  })
  draws.set(standIn, draw)
  return standIn
}

function unusable<Value extends object>(value: Value, error: unknown): Value {
  return new Proxy(value, {
    get() {
      throw error
    },
  })
}

function isOfModuleScope(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.message.startsWith('Disallowed operation called within global scope')
  )
}
