/** Uses Node's modules in ways that the runtime's own do not take. */
import '@node-cf/fastify'
import { toFetchHandler } from '@node-cf/bridge'
import crypto, { type VerifyKeyObjectInput } from 'node:crypto'
import fs from 'node:fs'
import fsPromises from 'node:fs/promises'
import performanceHooks, { performance } from 'node:perf_hooks'

const { monitorEventLoopDelay } = performanceHooks
// As under-pressure does: on Node it needs no object.
// oxlint-disable-next-line typescript/unbound-method
const { eventLoopUtilization } = performance
const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = crypto.constants

const keyOf = (name: string): string => fs.readFileSync(`/bundle/${name}.pem`, 'utf8')
const data = Buffer.from('data')

/** Whether signatures are told right whose key stands among options, as an object. */
function signatures(name: string, options: object): unknown {
  const privateKey = { key: crypto.createPrivateKey(keyOf(`${name}-private`)), ...options }
  const publicKey = { key: crypto.createPublicKey(keyOf(`${name}-public`)), ...options }
  const signature = crypto.createSign('sha256').update(data).sign(privateKey)
  const verify = (key: VerifyKeyObjectInput | string, signed: Buffer): boolean =>
    crypto.createVerify('sha256').update(data).verify(key, signed)
  return {
    own: verify(publicKey, signature),
    empty: verify(publicKey, Buffer.alloc(signature.length)),
    withoutOptions: verify(keyOf(`${name}-public`), signature),
    base64: verify(
      publicKey,
      Buffer.from(crypto.createSign('sha256').update(data).sign(privateKey, 'base64'), 'base64'),
    ),
  }
}

const routes: Record<string, () => unknown> = {
  '/names': async () => {
    const folder = '/bundle/a folder'
    const entries = fs.readdirSync(folder, { withFileTypes: true })
    return [
      fs.readdirSync(folder),
      entries.map((entry) => [entry.name, entry.parentPath, entry.isFile()]),
      await new Promise((resolve) => fs.readdir(folder, (_error, names) => resolve(names))),
      await fs.promises.readdir(folder),
      await fsPromises.readdir(folder),
      await fsPromises.readdir(new URL('file:///bundle/a%20folder')),
      fs.readdirSync('/bundle/nested', { recursive: true }),
      fs
        .readdirSync('/bundle/nested', { recursive: true, withFileTypes: true })
        .map((entry) => `${entry.parentPath}|${entry.name}`),
      fs.readdirSync(folder, 'buffer').map((name) => Buffer.isBuffer(name)),
      await fsPromises.readdir('/bundle/missing').catch(({ code }: { code: string }) => code),
    ]
  },
  '/event-loop': () => {
    const histogram = monitorEventLoopDelay({ resolution: 20 })
    histogram.enable()
    histogram.reset()
    return [histogram.mean, histogram.percentile(99), eventLoopUtilization().utilization]
  },
  '/rsa': () => signatures('rsa', { padding: RSA_PKCS1_PADDING }),
  '/pss': () => signatures('rsa', { padding: RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  '/ec': () => signatures('ec', {}),
}

export default {
  fetch: toFetchHandler(async (req, res) => {
    if (req.url === '/file') {
      // Node's types do not know the null that Node takes.
      const options = { start: 1, end: 2, highWaterMark: null } as unknown as { start: number }
      fs.createReadStream('/bundle/file.txt', options).pipe(res)
      return
    }
    res.end(JSON.stringify(await routes[req.url ?? '']?.()))
  }),
}
