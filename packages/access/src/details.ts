import { BoundedMap } from './bounded-map.ts'
import { AccessError } from './errors.ts'
import { type AccessFetch, fetchText } from './fetch-text.ts'
import type { Team } from './team.ts'
import { TOKEN_COOKIE } from './token.ts'

/** What Access knows of a user; which of it there is depends on the identity provider. */
export interface AccessDetails {
  readonly email?: string
  readonly name?: string
  readonly user_uuid?: string
  readonly groups?: readonly unknown[]
  readonly idp?: { readonly id: string; readonly type: string }
  readonly geo?: { readonly country: string }
  readonly devicePosture?: Readonly<Record<string, unknown>>
  readonly [detail: string]: unknown
}

/** `ctx.access` of a Worker that Access protects. */
export interface AccessContextLike {
  readonly aud: string
  getIdentity(): Promise<unknown>
}

/** For how long an answer is kept, in milliseconds. */
const LONGEST_AGE = 60_000
const MOST_ANSWERS = 100
/** Users may be in hundreds of groups. */
const LONGEST_ANSWER = 256 * 1024

/** Asks the get-identity endpoint of a team. */
export class IdentityDetails {
  readonly #team: Team
  readonly #audience: ReadonlySet<string>
  readonly #fetch: AccessFetch
  /** Answers by token; as text, so that what one request does to its own meets no other. */
  readonly #answers = new BoundedMap<string, { text: string; answeredAt: number }>(MOST_ANSWERS)

  constructor(team: Team, audience: ReadonlySet<string>, fetch: AccessFetch) {
    this.#team = team
    this.#audience = audience
    this.#fetch = fetch
  }

  /**
   * Asks for the details of a user.
   * @param token The user's token, verified
   * @param access `ctx.access`, asked instead of the network where it is the same application's
   * @returns The details
   * @throws {AccessError} `ERR_ACCESS_IDENTITY_UNAVAILABLE` where there is no answer
   */
  async of(token: string, access: AccessContextLike | undefined): Promise<AccessDetails> {
    try {
      const isSame = access !== undefined && this.#audience.has(access.aud)
      return checked(isSame ? await access.getIdentity() : parsed(await this.#ask(token)))
    } catch (cause) {
      throw new AccessError(
        'ERR_ACCESS_IDENTITY_UNAVAILABLE',
        `${this.#team.issuer} did not say who the user is.`,
        { cause },
      )
    }
  }

  async #ask(token: string): Promise<string> {
    const known = this.#answers.get(token)
    if (known !== undefined && Date.now() - known.answeredAt < LONGEST_AGE) return known.text
    const text = await fetchText(
      this.#fetch,
      `${this.#team.issuer}/cdn-cgi/access/get-identity`,
      { cookie: `${TOKEN_COOKIE}=${token}` },
      LONGEST_ANSWER,
    )
    this.#answers.set(token, { text, answeredAt: Date.now() })
    return text
  }
}

/** The parser's own error would quote the answer. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError('The answer is no JSON.')
  }
}

function checked(answer: unknown): AccessDetails {
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) {
    return answer as AccessDetails
  }
  throw new TypeError('The answer is no object.')
}
