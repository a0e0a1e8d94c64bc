// @ts-expect-error A module of the runtime, which has no types without a package of them.
import { DurableObject } from 'cloudflare:workers'

/** The platform's class, without which an object answers no remote calls. */
export const DurableObjectBase: new (ctx: unknown, env: unknown) => object = DurableObject
