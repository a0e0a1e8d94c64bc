import { RepeatedBodies } from './repeated-bodies.ts'
import { sha1 } from './sha1.ts'

/** The settings of an app, with what Express makes of its setting `etag`. */
interface EtagSettings {
  etag?: unknown
  'etag fn'?: (body: Buffer | string, encoding?: BufferEncoding) => string
}

/** Above this many bytes node:crypto is quicker. */
const SHORT = 2048

/**
 * Has an app make the entity tags of short and of repeated bodies without node:crypto. They stay the
 * same, and an app that makes its own, or turns them off, keeps what it has.
 * @param app What `express()` returned
 */
export function speedUpEtags(app: object): void {
  const { settings } = app as { settings?: EtagSettings }
  const make = settings?.['etag fn']
  if (make === undefined || (settings!.etag !== 'weak' && settings!.etag !== 'strong')) return
  const prefix = settings!.etag === 'weak' ? 'W/' : ''
  const repeated = new RepeatedBodies()
  settings!['etag fn'] = (body, encoding) => {
    const bytes = typeof body === 'string' ? Buffer.from(body, encoding) : body
    if (bytes.length > SHORT) return repeated.tagOf(bytes, make)
    return `${prefix}"${bytes.length.toString(16)}-${sha1(bytes).slice(0, 27)}"`
  }
}
