import autocannon, { type Result } from 'autocannon'
import { isExpected, type LoadCase } from './cases.ts'
import type { LoadOptions, Outcome } from './load.ts'

/** Sends the same request over and over, and looks at the status and the body of each answer. */
export async function repeat(
  server: URL,
  { method, path, headers, body, answer }: LoadCase,
  { connections, seconds }: LoadOptions,
): Promise<Outcome> {
  const start = performance.now()
  let end = start
  const result = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: new URL(path, server).href,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        connections,
        duration: seconds,
        // It ends with a sample, and does not say how long it took to more than 10 ms.
        sampleInt: 50,
        verifyBody: (text) => isExpected(answer, text),
      },
      (error, figures) => (error ? reject(error) : resolve(figures)),
    )
    run.on('response', () => (end = performance.now()))
  })
  return {
    requests: result['2xx'],
    seconds: (end - start) / 1000,
    failures: failuresOf(result),
  }
}

function failuresOf({ errors, timeouts, mismatches, non2xx }: Result): string[] {
  const failures = []
  // Autocannon counts a timeout as an error too.
  if (errors > timeouts) failures.push(`${errors - timeouts} broken connections`)
  if (timeouts > 0) failures.push(`${timeouts} without an answer in time`)
  if (non2xx > 0) failures.push(`${non2xx} of another status than 2xx`)
  if (mismatches > 0) failures.push(`${mismatches} with another body`)
  return failures
}
