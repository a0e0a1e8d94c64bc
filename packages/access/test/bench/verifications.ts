import { createAccessVerifier } from '@node-cf/access'
import { createAccessTestTeam } from '@node-cf/access/testing'
import { importJWK, jwtVerify } from 'jose'

/** More tokens than a verifier remembers: asked for in turn, it has forgotten each. */
const MANY = 1000

/** What verifies a token; what it resolves with does not matter here. */
export type Subject = 'jose' | 'first' | 'again'

/** Makes tokens and keys, and what verifies them. */
async function prepare(): Promise<Record<Subject, (index: number) => Promise<unknown>>> {
  const team = await createAccessTestTeam()
  const { issuer, audience, fetch } = team
  const verifier = createAccessVerifier({ team: team.team, audience, fetch })
  const tokens = await Promise.all(
    Array.from({ length: MANY }, (_, index) => team.token({ sub: `user-${index}` })),
  )
  // As both frameworks have them.
  const headers = tokens.map((token) => ({ 'cf-access-jwt-assertion': token }))
  const key = await importJWK(team.keys[0]!.publicJwk, 'RS256')
  const options = { issuer, audience, algorithms: ['RS256'], requiredClaims: ['exp'] }
  return {
    jose: (index) => jwtVerify(tokens[index % MANY]!, key, options),
    first: (index) => verifier.verify(headers[index % MANY]!),
    again: () => verifier.verify(headers[0]!),
  }
}

let prepared: ReturnType<typeof prepare> | undefined
let next = 0

/** Verifies tokens, one after the other. */
export async function verify(subject: Subject, count: number): Promise<void> {
  const subjects = await (prepared ??= prepare())
  for (const end = next + count; next < end; next += 1) await subjects[subject](next)
}

/** A handler that verifies as many tokens as it is asked for. */
export async function handle(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  await verify(searchParams.get('subject') as Subject, Number(searchParams.get('count')))
  return new Response('verified')
}
