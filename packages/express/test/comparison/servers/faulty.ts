/** Listeners that go wrong in ways that would end a Node process, by the header `X-Fault`. */
import { BridgeError, toFetchHandler } from '@node-cf/bridge'
import type { RequestListener } from 'node:http'

const secret = 'a secret in an error'
const delay = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** What can be thrown that is no ordinary error. */
const thrown: Record<string, () => unknown> = {
  error: () => new Error(secret),
  text: () => secret,
  null: () => null,
  undefined: () => undefined,
  symbol: () => Symbol(secret),
  'object without a prototype': () => Object.create(null) as unknown,
  'error whose message throws': () =>
    Object.defineProperty(new Error(secret), 'message', {
      get() {
        throw new Error(secret)
      },
    }),
  'frozen error': () => Object.freeze(new Error(secret)),
}

const faults: Record<string, RequestListener> = {
  'throws after writeHead': (_request, response) => {
    response.writeHead(200, { 'Content-Length': '100' })
    throw new Error(secret)
  },
  'throws after a write': (_request, response) => {
    response.write('first')
    throw new Error(secret)
  },
  'throws after end': (_request, response) => {
    response.end('whole')
    throw new Error(secret)
  },
  'rejects after a write': async (_request, response) => {
    response.write('first')
    await delay(30)
    throw new Error(secret)
  },
  'rejects after end': async (_request, response) => {
    response.end('whole')
    await delay(10)
    throw new Error(secret)
  },
  'returns a thenable that throws': () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- it is what the probe is about
    then() {
      throw new Error(secret)
    },
  }),
  'status out of range': (_request, response) => {
    response.statusCode = 1000
    response.end()
  },
  'status that a Response cannot have': (_request, response) => {
    response.statusCode = 600
    response.end('body')
  },
  'status 101': (_request, response) => void response.writeHead(101, { Upgrade: 'x' }).end(),
  'invalid header': (_request, response) => void response.setHeader('bad name', secret),
  'body listener throws': (request) => {
    request.on('data', () => {
      throw new Error(secret)
    })
  },
  'error event that nobody hears': (_request, response) => {
    response.emit('error', new Error(secret))
  },
  'never answers': () => {},
  'never ends': (_request, response) => void response.write('first'),
  'answers too late': async (_request, response) => {
    await delay(600)
    response.end('late')
  },
  'answers in time': async (_request, response) => {
    await delay(50)
    response.end('in time')
  },
}

for (const [name, make] of Object.entries(thrown)) {
  faults[`throws ${name}`] = () => {
    throw make()
  }
  faults[`rejects with ${name}`] = async () => {
    await delay(5)
    throw make()
  }
}

/** What the bridge says of options that cannot be, at module scope, where they are given. */
const refusals = [
  { responseTimeout: -1 },
  { responseTimeout: Number.NaN },
  { responseTimeout: 'soon' },
].map((options) => {
  try {
    toFetchHandler(() => {}, options as object)
    return 'accepted'
  } catch (error) {
    return `${error instanceof BridgeError} ${(error as BridgeError).code} ${(error as Error).message}`
  }
})

const fetch = toFetchHandler(
  (request, response) => {
    const fault = String(request.headers['x-fault'])
    if (Object.hasOwn(faults, fault)) return faults[fault]?.(request, response)
    response.setHeader('Content-Type', 'application/json')
    return response.end(
      JSON.stringify(
        fault === 'refusals' ? refusals : { url: request.url, headers: request.headers },
      ),
    )
  },
  { responseTimeout: 300 },
)

export default { fetch }
