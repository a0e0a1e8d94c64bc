import { StoreError } from './errors.ts'
import { quoted } from './text.ts'

/**
 * Checks a URL to which something is to be appended.
 * @param name How the option is called
 * @param given `https://files.example.com/media`; or a path, `/media/`
 * @param mayBePath Whether a path will do
 * @returns The URL or path with a slash at its end
 * @throws {StoreError} `ERR_R2_OPTION`
 */
export function checkedBaseUrl(name: string, given: string, mayBePath: boolean): string {
  // A second slash or a backslash would begin the name of another host.
  const isPath = mayBePath && /^\/(?![/\\])/.test(given)
  const base = isPath ? 'http://host' : undefined
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined
  const reason = whyRefused(given, url, mayBePath)
  if (reason !== undefined || url === undefined) {
    throw new StoreError('ERR_R2_OPTION', `${name} cannot be used: ${reason}.`)
  }
  const whole = isPath ? url.pathname : url.href
  return whole.endsWith('/') ? whole : `${whole}/`
}

function whyRefused(given: unknown, url: URL | undefined, mayBePath: boolean): string | undefined {
  if (typeof given !== 'string' || url === undefined || !/^https?:$/.test(url.protocol)) {
    const path = mayBePath ? ', nor a path that begins with one slash' : ''
    return `${quoted(given)} is no absolute URL of http or https${path}`
  }
  // A password is not for logs.
  if (url.username !== '' || url.password !== '') return 'it has a user name or password'
  return /[?#]/.test(given) ? `${quoted(given)} has a query or a fragment` : undefined
}
