import { type Attack, type MakeToken, token } from './attack.ts'

const tampered =
  (part: 0 | 1 | 2): MakeToken =>
  async (forge) => {
    const parts = (await forge.byTeam()).split('.')
    const last = parts[part]!
    // The first character has no spare bits.
    parts[part] = `${last[0] === 'A' ? 'B' : 'A'}${last.slice(1)}`
    return parts.join('.')
  }

/** Tokens that Access has not signed, and what is no token. */
export const tokenAttacks: readonly Attack[] = [
  { name: 'no token', code: 'ERR_ACCESS_TOKEN_MISSING', parts: () => ({ path: '/admin' }) },
  token('alg none, no signature', 'MALFORMED', (forge) => forge.unsigned({ alg: 'none' })),
  token('alg none, with a signature', 'ALGORITHM', (forge) =>
    forge.unsigned({ alg: 'none' }, 'AAAA'),
  ),
  token('alg nOnE', 'ALGORITHM', (forge) => forge.unsigned({ alg: 'nOnE' }, 'AAAA')),
  token('no alg', 'MALFORMED', (forge) => forge.byTeam({ alg: undefined })),
  token('HS256 with the public key (PEM)', 'ALGORITHM', (forge) =>
    forge.byHmac({ alg: 'HS256' }, forge.publicPem),
  ),
  token('HS256 with the public key (modulus)', 'ALGORITHM', (forge) =>
    forge.byHmac({ alg: 'HS256' }, forge.team.keys[0]!.publicJwk.n!),
  ),
  token('HS256 with an empty secret', 'ALGORITHM', (forge) => forge.byHmac({ alg: 'HS256' }, '')),
  token("PS256 by the team's key", 'ALGORITHM', (forge) => forge.byTeamPss()),
  token("RS512 by the team's key", 'ALGORITHM', (forge) =>
    forge.byTeam({ alg: 'RS512' }, {}, 'sha512'),
  ),
  token('RS256, signed as RS512', 'SIGNATURE', (forge) => forge.byTeam({}, {}, 'sha512')),
  token("another's key under the team's kid", 'SIGNATURE', (forge) => forge.byAttacker()),
  token('embedded jwk', 'MALFORMED', (forge) => forge.byAttacker({ jwk: forge.attackersJwk })),
  token('embedded jwk, an unknown kid', 'MALFORMED', (forge) =>
    forge.byAttacker({ kid: 'attacker', jwk: forge.attackersJwk }),
  ),
  token('embedded jwk, signed by the team', 'MALFORMED', (forge) =>
    forge.byTeam({ jwk: forge.attackersJwk }),
  ),
  token('jku', 'MALFORMED', (forge) =>
    forge.byAttacker({ kid: 'attacker', jku: 'https://evil.example/certs' }),
  ),
  token('jku, signed by the team', 'MALFORMED', (forge) =>
    forge.byTeam({ jku: `${forge.team.issuer}/cdn-cgi/access/certs` }),
  ),
  token('x5u', 'MALFORMED', (forge) =>
    forge.byAttacker({ kid: 'attacker', x5u: 'https://evil.example/cert.pem' }),
  ),
  token('x5c', 'MALFORMED', (forge) => forge.byAttacker({ x5c: ['MIIB'] })),
  token('crit, unknown', 'MALFORMED', (forge) => forge.byTeam({ crit: ['mine'], mine: true })),
  token('crit and b64', 'MALFORMED', (forge) => forge.byTeam({ crit: ['b64'], b64: true })),
  token('unencoded payload (b64 false)', 'MALFORMED', (forge) =>
    forge.byTeam({ crit: ['b64'], b64: false }),
  ),
  ...['__proto__', 'constructor', 'toString', 'attacker'].map((kid) =>
    token(`kid ${kid}`, 'KEY', (forge) => forge.byAttacker({ kid })),
  ),
  token('kid empty', 'MALFORMED', (forge) => forge.byAttacker({ kid: '' })),
  token('kid of 300 characters', 'MALFORMED', (forge) =>
    forge.byAttacker({ kid: 'x'.repeat(300) }),
  ),
  token('kid missing', 'MALFORMED', (forge) => forge.byTeam({ kid: undefined })),
  token('kid a number', 'MALFORMED', (forge) => forge.byTeam({ kid: 1 })),
  token("kid a list with the team's", 'MALFORMED', (forge) => forge.byTeam({ kid: [forge.kid] })),
  token("another team's token", 'KEY', (_forge, { teams }) => teams.rival.token()),
  token("another team's key, this team's iss", 'KEY', (forge, { teams }) =>
    teams.rival.token({ iss: forge.team.issuer }),
  ),
  token('payload changed', 'SIGNATURE', tampered(1)),
  token('signature changed', 'SIGNATURE', tampered(2)),
  token('signature of another token', 'SIGNATURE', async (forge) => {
    const [header, payload] = (await forge.byTeam({}, { sub: 'admin' })).split('.')
    return `${header}.${payload}.${(await forge.byTeam()).split('.')[2]}`
  }),
  token('header changed', 'MALFORMED', tampered(0)),
  token('two parts', 'MALFORMED', async (forge) =>
    (await forge.byTeam()).split('.').slice(0, 2).join('.'),
  ),
  token('four parts', 'MALFORMED', async (forge) => `${await forge.byTeam()}.AAAA`),
  token('five parts (an encrypted token)', 'MALFORMED', () => 'e30.AAAA.AAAA.AAAA.AAAA'),
  token('no token at all, but text', 'MALFORMED', () => 'let-me-in'),
  token('padded base64', 'MALFORMED', async (forge) => `${await forge.byTeam()}==`),
  token('standard base64', 'MALFORMED', (forge) => forge.unsigned({}, 'a+b/c')),
  token('quotes around', 'MALFORMED', async (forge) => `"${await forge.byTeam()}"`),
  token('Bearer before', 'MALFORMED', async (forge) => `Bearer ${await forge.byTeam()}`),
  token('over 8,192 characters', 'MALFORMED', (forge) =>
    forge.byTeam({}, { padding: 'x'.repeat(8192) }),
  ),
  token('payload no JSON', 'CLAIMS', (forge) => forge.byTeam({}, 'mallory')),
  token('payload a list', 'CLAIMS', (forge) => forge.byTeam({}, '[]')),
  token('payload null', 'CLAIMS', (forge) => forge.byTeam({}, 'null')),
  token('payload not UTF-8', 'CLAIMS', (forge) =>
    forge.byTeam({}, Buffer.from([0x7b, 0xff, 0x7d])),
  ),
]
