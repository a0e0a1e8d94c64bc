import './startup.ts'

export { type ExpressApp } from './app.ts'
export { toDurableObject } from './durable-object.ts'
export { ExpressAdapterError, type ExpressAdapterErrorCode } from './errors.ts'
export { type ViewEngine, type WarmViewsOptions, warmViews } from './views.ts'
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
