import './startup.ts'

export { ExpressAdapterError, type ExpressAdapterErrorCode } from './errors.ts'
export { type ViewEngine, type WarmViewsOptions, warmViews } from './views.ts'
export { type ExpressApp, toWorker, type Worker } from './worker.ts'
export { type BridgeOptions, getContext, type RequestContext } from '@node-cf/bridge'
