import http from 'node:http'
import { defineDefaults } from './defaults.ts'
import { BridgeError } from './errors.ts'
import { IncomingMessage } from './incoming-message.ts'
import { OutgoingHead } from './outgoing-head.ts'
import { OutgoingHeaders } from './outgoing-headers.ts'
import { ServerResponse } from './server-response.ts'

/**
 * Puts the bridge's classes under a framework's prototypes.
 *
 * Express gives every request and response another prototype, and those chains end at the classes
 * of `node:http`: what the bridge's own would be taken off. Moved once, when the app is wrapped,
 * they keep it, and `instanceof http.IncomingMessage` holds as before.
 * @param request The framework's request prototype, `app.request` of Express
 * @param response Its response prototype, `app.response`
 * @throws {BridgeError} `ERR_BRIDGE_PROTOTYPE` where a chain does not end at `node:http`'s class
 */
export function adoptPrototypes(request: object, response: object): void {
  adopt(request, IncomingMessage.prototype)
  adopt(response, OutgoingHeaders.prototype, ServerResponse.prototype)
}

/** @param lowest The lowest prototype of ours, right above that of `node:http` */
function adopt(prototype: object, lowest: object, ours: object = lowest): void {
  const native: unknown = Object.getPrototypeOf(lowest)
  for (
    let current: object | null = prototype;
    current !== null && current !== ours;
    current = Object.getPrototypeOf(current) as object | null
  ) {
    if (Object.getPrototypeOf(current) === native) {
      Object.setPrototypeOf(current, ours)
      return
    }
  }
  if (ours.isPrototypeOf(prototype)) return
  throw new BridgeError(
    'ERR_BRIDGE_PROTOTYPE',
    'The request and response prototypes must inherit from those of node:http, as those of an Express app do.',
  )
}

/**
 * Has the prototypes of `node:http` lead to the bridge's for its own requests and responses. Some
 * packages go past what an object inherits: `cookies` calls
 * `http.OutgoingMessage.prototype.setHeader.call(res, …)`, and a copy of Express that the bridge
 * never saw gives requests a prototype of its own.
 */
export function installPrototypes(): void {
  const { IncomingMessage: Request, OutgoingMessage: Message, ServerResponse: Response } = http
  lead(Request.prototype, IncomingMessage.prototype, (object) => IncomingMessage.isOwn(object))
  for (const { prototype: own } of [OutgoingHeaders, OutgoingHead, ServerResponse]) {
    lead(Message.prototype, own, isOwnResponse)
    lead(Response.prototype, own, isOwnResponse)
  }
}

function isOwnResponse(object: object): boolean {
  return ServerResponse.isOwn(object)
}

type Method = (this: object, ...values: unknown[]) => unknown

/** Puts a door before each member: whoever is the bridge's own goes to its own, others as before. */
function lead(native: object, own: object, isOwn: (object: object) => boolean): void {
  for (const [name, ours] of Object.entries(Object.getOwnPropertyDescriptors(own))) {
    if (name === 'constructor') continue
    const theirs = inheritedDescriptor(native, name)
    if (typeof ours.value === 'function') {
      const method = theirs?.value as Method | undefined
      defineDefaults(native, {
        [name](this: object, ...values: unknown[]): unknown {
          return (isOwn(this) ? (ours.value as Method) : method!).apply(this, values)
        },
      })
    } else {
      Object.defineProperty(native, name, {
        configurable: true,
        get(this: object): unknown {
          return read(isOwn(this) ? ours : theirs, this)
        },
        set(this: object, value: unknown): void {
          write(isOwn(this) ? ours : theirs, this, name, value)
        },
      })
    }
  }
}

function inheritedDescriptor(
  prototype: object | null,
  name: string,
): PropertyDescriptor | undefined {
  if (prototype === null) return undefined
  return (
    Object.getOwnPropertyDescriptor(prototype, name) ??
    inheritedDescriptor(Object.getPrototypeOf(prototype) as object | null, name)
  )
}

function read(descriptor: PropertyDescriptor | undefined, object: object): unknown {
  return descriptor?.get ? descriptor.get.call(object) : descriptor?.value
}

function write(
  descriptor: PropertyDescriptor | undefined,
  object: object,
  name: string,
  value: unknown,
): void {
  if (descriptor?.set) descriptor.set.call(object, value)
  else if (descriptor?.get === undefined) {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    })
  }
}
