import { type Attack, type Reason, token } from './attack.ts'
import type { Forge } from '../contract/forge.ts'

const claim = (
  name: string,
  reason: Reason | 'NO_IDENTITY',
  claims: object | ((forge: Forge) => object),
): Attack =>
  token(name, reason, (forge) =>
    forge.byTeam({}, { ...(typeof claims === 'function' ? claims(forge) : claims) }),
  )
const now = (): number => Math.floor(Date.now() / 1000)

/** Tokens that Access has signed, for somebody or something else. */
export const claimAttacks: readonly Attack[] = [
  claim('aud of another application', 'AUDIENCE', { aud: ['another'] }),
  claim('aud missing', 'AUDIENCE', { aud: undefined }),
  claim('aud empty', 'AUDIENCE', { aud: [] }),
  claim('aud a part of the right one', 'AUDIENCE', ({ team }) => ({
    aud: team.audience.slice(0, -1),
  })),
  claim('aud with the right one inside', 'AUDIENCE', ({ team }) => ({ aud: `x${team.audience}x` })),
  claim('aud a list in a list', 'AUDIENCE', ({ team }) => ({ aud: [[team.audience]] })),
  claim('aud an object', 'AUDIENCE', ({ team }) => ({ aud: { [team.audience]: true } })),
  claim('aud the right one and a number', 'AUDIENCE', ({ team }) => ({ aud: [team.audience, 1] })),
  claim('iss of another team', 'ISSUER', { iss: 'https://rival.cloudflareaccess.com' }),
  claim('iss missing', 'ISSUER', { iss: undefined }),
  claim('iss with a slash', 'ISSUER', ({ team }) => ({ iss: `${team.issuer}/` })),
  claim('iss over http', 'ISSUER', ({ team }) => ({ iss: team.issuer.replace('https', 'http') })),
  claim('iss in capitals', 'ISSUER', ({ team }) => ({ iss: team.issuer.toUpperCase() })),
  claim('iss a list', 'ISSUER', ({ team }) => ({ iss: [team.issuer] })),
  claim('iss that leads elsewhere', 'ISSUER', {
    iss: 'https://evil.example/jwks?.cloudflareaccess.com',
  }),
  token('iss that leads elsewhere, its key', 'KEY', (forge) =>
    forge.byAttacker(
      { kid: 'attacker' },
      { iss: 'https://evil.example/jwks?.cloudflareaccess.com' },
    ),
  ),
  claim('type org', 'TYPE', { type: 'org' }),
  claim('type missing', 'TYPE', { type: undefined }),
  claim('type a list', 'TYPE', { type: ['app'] }),
  claim('expired', 'EXPIRED', () => ({ exp: now() - 61 })),
  claim('exp missing', 'CLAIMS', { exp: undefined }),
  claim('exp a text', 'CLAIMS', () => ({ exp: String(now() + 600) })),
  claim('exp null', 'CLAIMS', { exp: null }),
  token('exp beyond all numbers', 'CLAIMS', (forge) =>
    forge.byTeam({}, JSON.stringify(forge.claims({ exp: 0 })).replace('"exp":0', '"exp":1e999')),
  ),
  claim('not yet valid (nbf)', 'EARLY', () => ({ nbf: now() + 61 })),
  claim('nbf a text', 'CLAIMS', { nbf: '0' }),
  claim('issued in the future (iat)', 'EARLY', () => ({ iat: now() + 61 })),
  claim('names nobody', 'NO_IDENTITY', { email: undefined, sub: '' }),
  claim('email without sub', 'NO_IDENTITY', { sub: undefined }),
  claim('email no text', 'NO_IDENTITY', { email: ['ada@example.com'] }),
]
