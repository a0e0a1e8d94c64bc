/** What packages do while they load. */
import '@node-cf/fastify'
import { toFetchHandler } from '@node-cf/bridge'
import crypto from 'node:crypto'

const attempt = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return (error as Error).message.slice(0, 50)
  }
}

const supply = crypto.randomBytes(64)
const key = crypto.randomBytes(16)
const hmac = crypto.createHmac('sha256', key)

const early = {
  text: attempt(() => supply.toString('hex')),
  byte: attempt(() => supply[0]),
  copy: attempt(() => Buffer.from(supply)),
  length: attempt(() => supply.length),
  write: attempt(() => (supply[0] = 1)),
  native: attempt(() => crypto.createHash('sha256').update(supply)),
  secret: attempt(() => crypto.createSecretKey(supply)),
  signature: attempt(() => hmac.update('x')),
  unknownAlgorithm: attempt(() => crypto.createHmac('sha257', key)),
  wrongSize: attempt(() => crypto.randomBytes(-1)),
}

const routes: Record<string, () => unknown> = {
  '/early': () => early,
  '/random': () => {
    const target = Buffer.alloc(24)
    supply.copy(target, 0, 8, 32)
    const sign = (secret: Buffer) => crypto.createHmac('sha256', secret).update('x').digest('hex')
    return {
      length: supply.length,
      bytes: supply.toString('hex'),
      isCopied: supply.subarray(8, 32).equals(target),
      isSigned: sign(key) === sign(Buffer.from(key)),
      isBuffer: Buffer.isBuffer(supply),
      later: crypto.randomBytes(4).length,
    }
  },
}

export default {
  fetch: toFetchHandler((req, res) => {
    res.end(JSON.stringify(routes[req.url ?? '']?.()))
  }),
}
