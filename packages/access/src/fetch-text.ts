/** What the verifier fetches with: as much of `fetch` as it needs. */
export type AccessFetch = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>

/** How long Access may take to answer, in milliseconds. */
export const FETCH_TIMEOUT = 5000
/** How long an answer may be, in bytes; a team's keys have some kilobytes. */
const LONGEST_ANSWER = 64 * 1024

/**
 * Fetches a text of Access itself: no redirect is followed, and neither a slow answer nor a long
 * one is waited for.
 * @param fetch What fetches
 * @param url Where
 * @param headers Headers of the request
 * @param longest How long the answer may be, in bytes
 * @returns The body of an answer with status 200
 * @throws {Error} For every other answer, and for none
 */
export async function fetchText(
  fetch: AccessFetch,
  url: string,
  headers: Record<string, string> = {},
  longest: number = LONGEST_ANSWER,
): Promise<string> {
  const response = await fetch(url, {
    // On Workers a request has none of its own, and what has none may be taken for a bot.
    headers: { 'user-agent': '@node-cf/access', ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(FETCH_TIMEOUT),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`${url} answered with status ${response.status} instead of 200.`)
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let length = 0
  // Leaving the loop early cancels the rest.
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > longest) throw new Error(`${url} answered with more than ${longest} bytes.`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
