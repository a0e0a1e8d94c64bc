import { handle } from './verifications.ts'

export default { fetch: handle }
