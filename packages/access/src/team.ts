import { AccessError } from './errors.ts'

/** A team and its addresses. */
export interface Team {
  /** The name, one DNS label. */
  readonly name: string
  /** What `iss` of its tokens has to be. */
  readonly issuer: string
}

const DOMAIN = 'cloudflareaccess.com'
const TEAM = /^(?:https:\/\/)?([a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)(?:\.cloudflareaccess\.com\/?)?$/i

/**
 * Reads the name of a team. Whatever is given, its addresses lie one label below
 * cloudflareaccess.com, and are reached over https.
 * @param team The name, the host or the URL: `acme`, `acme.cloudflareaccess.com`,
 *   `https://acme.cloudflareaccess.com`
 * @returns The team
 * @throws {AccessError} `ERR_ACCESS_OPTION` for anything else
 */
export function readTeam(team: string): Team {
  const name = typeof team === 'string' ? TEAM.exec(team)?.[1]?.toLowerCase() : undefined
  if (name === undefined || (/^https:/i.test(team) && !team.includes('.'))) {
    throw new AccessError(
      'ERR_ACCESS_OPTION',
      `team must be the name of a Zero Trust team, "acme" or "https://acme.${DOMAIN}"; got ${JSON.stringify(team)}.`,
    )
  }
  return { name, issuer: `https://${name}.${DOMAIN}` }
}
