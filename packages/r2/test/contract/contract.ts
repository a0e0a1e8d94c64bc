import type { Store, StoreOptions } from '@node-cf/r2'

/** What a case may use. */
export interface Surroundings {
  /** Makes a store over the bucket, below a location of the case's own. */
  store: (options?: StoreOptions) => Store
}

/** One thing that every store has to do, under the sentence that says what. */
export type Cases = Readonly<Record<string, (surroundings: Surroundings) => Promise<void>>>

/**
 * Gives a case a location that no other uses.
 * @param name The case's name
 * @param create Makes a store over the bucket that all cases share
 */
export function surroundingsOf(
  name: string,
  create: (options: StoreOptions) => Store,
): Surroundings {
  const location = `${name.replaceAll(/[^a-z]+/gi, '-')}-${crypto.randomUUID()}`
  return {
    store: (options = {}) =>
      create({
        ...options,
        location: options.location === undefined ? location : `${location}/${options.location}`,
      }),
  }
}
