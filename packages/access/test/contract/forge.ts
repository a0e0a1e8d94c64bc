/** Makes tokens of every bad kind, with the keys that an attacker has. */
import {
  createHmac,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  constants,
  sign,
} from 'node:crypto'
import type { AccessTestTeam } from '@node-cf/access/testing'
import { exportPKCS8 } from 'jose'

export type Header = Record<string, unknown>
export type Claims = Record<string, unknown>

const encode = (value: object | string): string => {
  const isPlain = typeof value === 'string' || value instanceof Uint8Array
  return Buffer.from(isPlain ? value : JSON.stringify(value)).toString('base64url')
}

/** The key of somebody who is not Access. */
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })

export class Forge {
  readonly team: AccessTestTeam

  constructor(team: AccessTestTeam) {
    this.team = team
  }

  get kid(): string {
    return this.team.keys.at(-1)!.kid
  }

  /** The public key of the team in PEM, which everybody can have. */
  get publicPem(): string {
    const jwk = this.team.keys.at(-1)!.publicJwk
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString()
  }

  get attackersJwk(): object {
    return { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'attacker', alg: 'RS256' }
  }

  claims(claims: Claims = {}): Claims {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: this.team.issuer,
      aud: [this.team.audience],
      email: 'mallory@example.com',
      sub: 'mallory',
      type: 'app',
      iat: now,
      nbf: now,
      exp: now + 600,
      ...claims,
    }
  }

  /** A token that the attacker signs. */
  byAttacker(header: Header = {}, claims: Claims = {}): string {
    const input = this.#input(header, claims)
    return `${input}.${createSign('sha256').update(input).sign(attacker.privateKey, 'base64url')}`
  }

  /** A token that Access itself signs: what is wrong with it is what it says. */
  async byTeam(
    header: Header = {},
    claims: Claims | string | Uint8Array = {},
    hash = 'sha256',
  ): Promise<string> {
    const input = this.#input(header, claims)
    return `${input}.${sign(hash, Buffer.from(input), await this.#privateKey()).toString('base64url')}`
  }

  /** The same by RSA-PSS, which takes the same keys. */
  async byTeamPss(): Promise<string> {
    const input = this.#input({ alg: 'PS256' })
    const key = {
      key: await this.#privateKey(),
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
  }

  byHmac(header: Header, secret: string): string {
    const input = this.#input(header)
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }

  unsigned(header: Header, signature = ''): string {
    return `${this.#input(header)}.${signature}`
  }

  #input(header: Header, claims: Claims | string | Uint8Array = {}): string {
    const isText = typeof claims === 'string' || claims instanceof Uint8Array
    const payload = isText ? claims : this.claims(claims)
    return `${encode({ alg: 'RS256', kid: this.kid, typ: 'JWT', ...header })}.${encode(payload)}`
  }

  async #privateKey(): Promise<string> {
    return exportPKCS8(this.team.keys.at(-1)!.privateKey)
  }
}
