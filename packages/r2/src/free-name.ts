import type { Backend } from './backend.ts'
import { StoreError } from './errors.ts'
import { objectKey } from './keys.ts'
import { namesFor } from './names.ts'
import { retrying } from './retry.ts'
import { quoted } from './text.ts'

/** Where something is to be stored, and whether it may replace what is there. */
export interface Target {
  readonly backend: Backend
  readonly location: string
  readonly name: string
  readonly allowOverwrite: boolean
  readonly retries: number
  readonly signal: AbortSignal | undefined
}

/**
 * Stores something under the name asked for or, where that is taken and must not be overwritten,
 * under the first of some others that is free.
 * @param target The name, and what holds for it
 * @param store Stores under a key of the bucket; returns false where that is taken
 * @returns The name used
 * @throws {StoreError} `ERR_R2_EXISTS` where all names are taken
 */
export async function underFreeName(
  target: Target,
  store: (key: string) => Promise<boolean>,
): Promise<string> {
  const { location, name, allowOverwrite, retries, signal } = target
  for (const candidate of allowOverwrite ? [name] : namesFor(name)) {
    const key = objectKey(location, candidate)
    const isStored = await retrying(() => storeOnce(target, key, store), retries, signal)
    if (isStored) return candidate
  }
  throw new StoreError('ERR_R2_EXISTS', `${quoted(name)} and all other names tried are taken.`)
}

async function storeOnce(
  { backend, allowOverwrite, signal }: Target,
  key: string,
  store: (key: string) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await store(key)
  } catch (error) {
    // Others write this key. Where it is taken, there is no use in waiting until it can be written.
    const isBusy = error instanceof StoreError && error.code === 'ERR_R2_RATE'
    if (isBusy && !allowOverwrite && (await backend.head(key, signal)) !== undefined) return false
    throw error
  }
}
