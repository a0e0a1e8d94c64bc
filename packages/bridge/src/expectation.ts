import type {
  IncomingMessage as NodeRequest,
  Server,
  ServerResponse as NodeResponse,
} from 'node:http'

/**
 * Deals with an `Expect` header as Node's server does (RFC 9110 §10.1.1).
 * @returns Whether that answers the request, and its listener is not called
 */
export function meetExpectation(
  expectation: string,
  server: Server | undefined,
  request: NodeRequest,
  response: NodeResponse,
): boolean {
  if (/^100-continue$/i.test(expectation)) {
    if (server?.emit('checkContinue', request, response)) return true
    response.writeContinue()
    return false
  }
  if (server?.emit('checkExpectation', request, response)) return true
  response.writeHead(417)
  response.end()
  return true
}
