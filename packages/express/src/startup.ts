import { installMorganFormats } from './morgan-formats.ts'

if (globalThis.navigator?.userAgent === 'Cloudflare-Workers') installMorganFormats()
