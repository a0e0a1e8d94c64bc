import type { Attack } from './attack.ts'

/** Exempt are /health and /public, with what is below them, and / itself. */
export const pathAttacks: readonly Attack[] = [
  '/healthz-admin',
  '/health-admin',
  '/health/../admin',
  '/health/./../admin',
  '/health/..%2fadmin',
  '/health/%2e%2e/admin',
  '/health%2f..%2fadmin',
  '/health%2fadmin',
  '/health\\..\\admin',
  '/health;/admin',
  '/health/;/../admin',
  '/health//admin',
  '//health',
  '//admin',
  '/admin//health',
  '/HEALTH',
  '/Health/live',
  '/publicity',
  '/public../admin',
  '/public/../admin',
  '/admin/', // a trailing slash
  '/admin?/health',
  '/admin?x=/../health',
  '/admin/health',
  '/mounted/health', // a mounted router
  '/health%00',
  '/admin%2f..%2fhealth',
  '/nowhere', // 404 to others
  'http://app.example/admin',
].map((path) => ({ name: path, code: 'ERR_ACCESS_TOKEN_MISSING', parts: () => ({ path }) }))
