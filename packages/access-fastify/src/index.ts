export { access, access as default, type AccessFastifyOptions } from './access.ts'
export {
  type AccessCustomClaims,
  AccessError,
  type AccessErrorCode,
  type AccessIdentity,
  type AccessLogger,
  type AccessService,
  type AccessUser,
  splitName,
} from '@node-cf/access'
