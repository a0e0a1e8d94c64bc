import { isExpected, type LoadCase } from './cases.ts'
import type { Server } from './servers.ts'
import { HEADER_COUNT } from './workers/payload.ts'

/**
 * Sends one request, and looks at the answer more closely than there is time for under load.
 *
 * @param server Where to
 * @param loadCase What
 * @returns What is wrong with the answer, empty where nothing is
 */
export async function probe(server: Server, loadCase: LoadCase): Promise<string[]> {
  const { method, path, headers, body = null, answer, answerHeaders } = loadCase
  const failures = []
  let response: Response
  let text: string
  try {
    response = await fetch(new URL(path, server.url), { method, headers, body })
    text = await response.text()
  } catch (error) {
    return [`no answer: ${String((error as Error).cause ?? error)}`]
  }
  if (response.status !== 200) failures.push(`status ${response.status} instead of 200`)
  if (!isExpected(answer, text)) failures.push(`another answer: ${shortened(text)}`)
  if (answerHeaders !== undefined) {
    const names = [...response.headers.keys()].filter((name) => name.startsWith(answerHeaders))
    if (names.length !== HEADER_COUNT) failures.push(`${names.length} of ${HEADER_COUNT} headers`)
  }
  return failures
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters)` : text
}
