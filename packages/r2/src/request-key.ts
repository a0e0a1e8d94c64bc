import { objectKey } from './keys.ts'

/**
 * Finds the key that a request asks for.
 * @param url The request's URL, which the runtime may have left as the client sent it
 * @param prefix The path below which the keys are, with its slash
 * @returns The key; undefined where the path cannot be that of a file
 */
export function requestedKey(url: string, prefix: string): string | undefined {
  const path = pathOf(url)
  if (!path.startsWith(prefix)) return undefined
  const encoded = path.slice(prefix.length)
  // One file, one path: whoever guards "/media/private/" has not thought of "/media/private%2F".
  if (/%2f/i.test(encoded)) return undefined
  try {
    return objectKey('', decodeURIComponent(encoded))
  } catch {
    // It is no UTF-8, or no key.
    return undefined
  }
}

function pathOf(url: string): string {
  return /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? ''
}
