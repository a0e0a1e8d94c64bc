/**
 * A map that forgets what nobody has asked for lately. It has two halves: when the newer one is
 * full it becomes the older one, whose entries are forgotten unless they are asked for.
 */
export class BoundedMap<Key, Value> {
  #newer = new Map<Key, Value>()
  #older = new Map<Key, Value>()
  readonly #half: number

  constructor(most: number) {
    this.#half = most / 2
  }

  get(key: Key): Value | undefined {
    const value = this.#newer.get(key)
    if (value !== undefined) return value
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: Key, value: Value): void {
    this.#newer.set(key, value)
    if (this.#newer.size < this.#half) return
    this.#older = this.#newer
    this.#newer = new Map()
  }
}
