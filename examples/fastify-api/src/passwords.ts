import { scrypt as scryptCallback, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { users } from './store.ts'

const scrypt = promisify<string, string, number, Buffer>(scryptCallback)

// Checked when the name is unknown, so that the time it takes does not tell which names exist.
const nobody = { salt: 'nobody', hash: Buffer.alloc(32).toString('base64') }

/** Whether there is such a user, with that password. */
export async function isPasswordOf(name: string, password: string): Promise<boolean> {
  const user = await users.find(name)
  const { salt, hash } = user ?? nobody
  const candidate = await scrypt(password, salt, 32)
  return timingSafeEqual(candidate, Buffer.from(hash, 'base64')) && user !== undefined
}
