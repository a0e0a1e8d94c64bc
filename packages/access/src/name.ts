/** A name in two parts. */
export interface SplitName {
  firstName: string
  lastName: string
}

/**
 * Splits a name at its first space, as Django's users have it.
 * @param name The full name
 * @returns Its first word, and all that follows; empty where there is nothing
 */
export function splitName(name: string | undefined): SplitName {
  const [firstName = '', ...lastName] = (name ?? '').trim().split(/\s+/)
  return { firstName, lastName: lastName.join(' ') }
}
