import './startup.ts'

export { type FastifyApp } from './app.ts'
export { toDurableObject } from './durable-object.ts'
export { FastifyAdapterError, type FastifyAdapterErrorCode } from './errors.ts'
export { type CloudflareContext, nodeCf, type NodeCfOptions } from './node-cf.ts'
export { toWorker, type Worker } from './worker.ts'
export {
  type BridgeOptions,
  type DurableObjectOptions,
  getContext,
  getObjectContext,
  type ObjectContext,
  type RequestContext,
  type TenantOptions,
  toTenantWorker,
} from '@node-cf/bridge'
