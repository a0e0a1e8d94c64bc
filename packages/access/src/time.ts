/** Milliseconds since a time; infinitely many since one to come, as after a clock was set back. */
export function since(time: number): number {
  const elapsed = Date.now() - time
  return elapsed < 0 ? Infinity : elapsed
}

/** Waits for work, but not for long. The timer also tells the runtime that nothing has hung. */
export async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`No answer within ${milliseconds} ms.`)),
      milliseconds,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
