export { type AccessClaims } from './claims.ts'
export { type AccessContextLike, type AccessDetails } from './details.ts'
export { type DevelopmentOptions } from './development.ts'
export { AccessError, type AccessErrorCode } from './errors.ts'
export { type AccessFetch } from './fetch-text.ts'
export {
  type AccessGuard,
  createAccessGuard,
  type GuardedRequest,
  type GuardOptions,
} from './guard.ts'
export { type HeaderRecord, type HeadersLike, type HeaderSource } from './header-source.ts'
export {
  type AccessCustomClaims,
  type AccessIdentity,
  type AccessService,
  type AccessUser,
} from './identity.ts'
export { type AccessKeyStore, type CacheLike, cacheKeyStore } from './key-store.ts'
export { type AccessLogger } from './logger.ts'
export { splitName, type SplitName } from './name.ts'
export { type AccessOptions } from './options.ts'
export { type Provision } from './provision.ts'
export { noSession, SESSION_KEY, type SessionBridge } from './session.ts'
export { type AccessVerifier, createAccessVerifier } from './verifier.ts'
