import type { Attack } from './attack.ts'
import { claimAttacks } from './claims.ts'
import { headerAttacks } from './headers.ts'
import { methodAttacks } from './methods.ts'
import { pathAttacks } from './paths.ts'
import { tokenAttacks } from './tokens.ts'

/** All attacks, by what they try. */
export const attacks: Record<string, readonly Attack[]> = {
  'Tokens that Access has not signed': tokenAttacks,
  'Tokens that it has signed, for another purpose': claimAttacks,
  'Headers and cookies': headerAttacks,
  'Paths, where /health, /public and / are exempt': pathAttacks,
  'Methods, and what a client says of itself': methodAttacks,
}
