/** The request target as the client sent it: what follows the host in the URL. */
export function rawTarget(request: Request, host: string | undefined): string {
  const { url } = request
  const authority = url.indexOf('//') + 2
  const path = url.indexOf('/', authority)
  if (path !== -1 && host?.length === path - authority && url.startsWith(host, authority)) {
    return url.slice(path)
  }
  return oddTarget(request, authority)
}

/**
 * The target where the host is not what stands before the first slash: a client may put a slash into
 * it. `new URL()` would resolve `..` and rewrite what it finds odd.
 */
function oddTarget({ url, headers }: Request, authority: number): string {
  const host = headers.get('host')
  if (host !== null && url.startsWith(host, authority)) {
    return url.slice(authority + host.length) || '/'
  }
  const path = url.indexOf('/', authority)
  return path === -1 ? '/' : url.slice(path)
}
