/** What was given to the console, in order: the method and its values. Imported before anything else. */
export const recorded: unknown[][] = []

for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
  const native = console[method].bind(console)
  console[method] = (...values: unknown[]) => {
    recorded.push([method, ...values])
    native(...values)
  }
}
