/**
 * Gives a class's instances properties that hardly any of them changes. They live on the prototype,
 * since an object made for each request is quicker made small, and are defined rather than assigned:
 * what inherits from Node's streams would run into their setters.
 */
export function defineDefaults(prototype: object, defaults: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(defaults)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true })
  }
}
