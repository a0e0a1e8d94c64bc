/** Workers' own timer, which needs no object to be cleared by. */
const { scheduler } = globalThis as { scheduler?: { wait(milliseconds: number): Promise<void> } }

/**
 * Waits, without keeping a Node process alive for it. On Workers the end of an invocation ends its
 * waiting, so nothing has to be cleared.
 */
export function wait(milliseconds: number): Promise<void> {
  if (scheduler?.wait !== undefined) return scheduler.wait(milliseconds)
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}
