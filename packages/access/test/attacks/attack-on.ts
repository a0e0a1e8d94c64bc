import { AccessError } from '@node-cf/access'
import type { Answer } from '../contract/client.ts'
import { Forge } from '../contract/forge.ts'
import type { Subject } from '../contract/subject.ts'
import type { Attack } from './attack.ts'

/** What became of an attack. */
export interface Outcome {
  readonly answer: Answer
  /** What the answer must be. */
  readonly status: number
  /** The code in the answer; undefined for HEAD, whose answer has no body. */
  readonly code: unknown
  /** Parts of the tokens that were sent, none of which may come back. */
  readonly sent: readonly string[]
}

/** Carries out an attack. */
export async function attackOn({ send, world }: Subject, attack: Attack): Promise<Outcome> {
  const parts = await attack.parts(new Forge(world.teams.acme), world)
  const answer = await send(parts, attack.app)
  const values = (parts.headers ?? []).map(([, value]) => value).join(' ')
  return {
    answer,
    status: new AccessError(attack.code, '').status,
    code: answer.text === '' ? undefined : answer.json().code,
    sent: values.split(/[^\w-]/).filter((part) => part.length > 20),
  }
}

/** Whether it was refused, for the right reason. */
export function isRefused({ code }: Attack, outcome: Outcome): boolean {
  const { answer, status } = outcome
  const hasCode = outcome.code === code || answer.text === ''
  return answer.status === status && answer.handler === undefined && hasCode
}
