import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AccessFetch } from './fetch-text.ts'
import type { AccessTestTeam } from './test-team.ts'

/** A test team's endpoints on a port of this machine. */
export interface AccessTestServer extends AsyncDisposable {
  /** Where it listens, `http://127.0.0.1:…`. */
  readonly url: string
  /** Fetches from it whatever is asked of Access: the verifier's option `fetch`. */
  readonly fetch: AccessFetch
  close(): Promise<void>
}

/**
 * Serves a test team's endpoints over HTTP, on Node.
 * @param team The team
 * @returns The server, which the caller has to close
 */
export async function listen(team: AccessTestTeam): Promise<AccessTestServer> {
  const { createServer } = await import('node:http')
  const server = createServer((req, res) => {
    answer(team, req, res).catch(() => res.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url, fetch: fetchFrom(url), close, [Symbol.asyncDispose]: close }
}

async function answer(
  team: AccessTestTeam,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const headers = Object.entries(req.headers) as [string, string][]
  const response = await team.handle(new Request(new URL(req.url ?? '/', team.issuer), { headers }))
  res.writeHead(response.status, [...response.headers].flat())
  for await (const chunk of response.body ?? []) res.write(chunk)
  res.end()
}

/**
 * Leads the requests for Access to another server, that of `listen` say. In the place of the
 * option `fetch`, it is the one way to have a verifier take keys from somewhere else.
 * @param url Where the server listens
 * @returns What to give the verifier as `fetch`
 */
export function fetchFrom(url: string): AccessFetch {
  return (target, init) => fetch(new URL(new URL(target).pathname, url), init)
}
