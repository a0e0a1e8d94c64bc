import './startup.ts'

export { replaceFunction } from './code-generation.ts'
export {
  type AppObject,
  type AppObjectClass,
  type DurableObjectOptions,
  type DurableObjectStateLike,
  getObjectContext,
  type ObjectContext,
  toDurableObjectClass,
} from './durable-object.ts'
export { BridgeError, type BridgeErrorCode } from './errors.ts'
export { type FrameworkPrototypes } from './exchange.ts'
export {
  type FetchHandler,
  type FrameworkListener,
  type RequestListener,
  toFetchHandler,
} from './handler.ts'
export { IncomingMessage } from './incoming-message.ts'
export { type BridgeOptions } from './options.ts'
export { getContext, type ExecutionContextLike, type RequestContext } from './request-context.ts'
export { headersOf, type ResponseHead } from './response-head.ts'
export { isListening, toServerHandler } from './server.ts'
export { ServerResponse } from './server-response.ts'
export { settleAtModuleScope } from './settling.ts'
export {
  type DurableObjectNamespaceLike,
  type TenantOptions,
  type TenantSource,
  toTenantWorker,
} from './tenants.ts'
