import type { Server } from 'node:http'
import { IncomingMessage } from './incoming-message.ts'
import { adoptPrototypes } from './prototypes.ts'
import type { RequestScope } from './request-context.ts'
import { ServerResponse } from './server-response.ts'

/** What a framework gives every request and response for a prototype; Express does. */
export interface FrameworkPrototypes {
  /** A prototype that leads to `http.IncomingMessage.prototype`: `app.request` of Express. */
  readonly request: object
  /** One that leads to `http.ServerResponse.prototype`: `app.response`. */
  readonly response: object
}

/** Makes a request and its response, which holds it. */
export type ExchangeMaker = (scope: RequestScope, server?: Server) => ServerResponse

export const makeExchange: ExchangeMaker = (scope, server) =>
  new ServerResponse(new IncomingMessage(scope), server)

/**
 * Makes requests and responses that have the framework's prototypes from the start: to be given
 * others costs an object more than to be made with them.
 * @throws {BridgeError} `ERR_BRIDGE_PROTOTYPE` where a prototype does not lead to `node:http`'s
 */
export function exchangeMaker({ request, response }: FrameworkPrototypes): ExchangeMaker {
  adoptPrototypes(request, response)
  const Request = constructorOf(request)
  const Response = constructorOf(response)
  return (scope, server) => {
    const req = Reflect.construct(IncomingMessage, [scope], Request) as IncomingMessage
    return Reflect.construct(ServerResponse, [req, server], Response) as ServerResponse
  }
}

function constructorOf(prototype: object): () => void {
  const constructor = function (): void {}
  constructor.prototype = prototype
  return constructor
}
