import type { AccessErrorCode } from '@node-cf/access'
import type { Parts } from '../contract/client.ts'
import type { Forge } from '../contract/forge.ts'
import type { Variant } from '../contract/variants.ts'
import type { World } from '../contract/world.ts'

/** Something that must not get in. */
export interface Attack {
  readonly name: string
  /** Why it is refused: being refused for another reason would prove nothing. */
  readonly code: AccessErrorCode
  readonly app?: Variant
  readonly parts: (forge: Forge, world: World) => Parts | Promise<Parts>
}

export const HEADER = 'Cf-Access-Jwt-Assertion'

type Suffix<Code> = Code extends `ERR_ACCESS_TOKEN_${infer Rest}` ? Rest : never
/** The end of a code: `SIGNATURE` of `ERR_ACCESS_TOKEN_SIGNATURE`. */
export type Reason = Suffix<AccessErrorCode>
export type MakeToken = (forge: Forge, world: World) => string | Promise<string>

/** An attack by a token in the header. */
export const token = (name: string, reason: Reason | 'NO_IDENTITY', make: MakeToken): Attack => ({
  name,
  code: reason === 'NO_IDENTITY' ? 'ERR_ACCESS_NO_IDENTITY' : `ERR_ACCESS_TOKEN_${reason}`,
  parts: async (forge, world) => ({
    path: '/admin',
    headers: [[HEADER, await make(forge, world)]],
  }),
})
