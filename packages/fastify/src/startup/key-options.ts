import crypto, { KeyObject } from 'node:crypto'

/**
 * Lets signatures take a key object among options, `{ key, padding }`, as Node's do; the runtime's
 * take it alone only. fast-jwt, which is in @fastify/jwt, so uses RSA and elliptic curve keys.
 */
export function installKeyOptions(): void {
  acceptKeyOptions(crypto.Sign.prototype, 'sign')
  acceptKeyOptions(crypto.Verify.prototype, 'verify')
}

/** Replaces a method whose first parameter is a key, or options with one. */
function acceptKeyOptions(prototype: object, name: string): void {
  const methods = prototype as Record<string, (key: unknown, ...values: unknown[]) => unknown>
  const native = methods[name]!
  methods[name] = function (this: unknown, key, ...values) {
    const options = key as { key?: unknown } | undefined
    if (!(options?.key instanceof KeyObject)) return native.call(this, key, ...values)
    return native.call(this, { ...options, key: textOf(options.key) }, ...values)
  }
}

const texts = new WeakMap<KeyObject, string>()

/** A key in PEM, made once: a key mostly serves for many signatures. */
function textOf(key: KeyObject): string {
  const known = texts.get(key)
  if (known !== undefined) return known
  const type = key.type === 'private' ? 'pkcs8' : 'spki'
  const text = key.export({ format: 'pem', type }) as string
  texts.set(key, text)
  return text
}
