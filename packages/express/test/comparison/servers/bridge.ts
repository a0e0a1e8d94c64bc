/** Our bridge: Express apps through `toWorker`, everything else as a bare listener. */
import { toFetchHandler } from '@node-cf/bridge'
import { toWorker } from '@node-cf/express'
import { apps, bareListener } from '../app.ts'

const bare = toFetchHandler(bareListener)
const workers = new Map(
  [...apps].map(([name, app]) => [name, toWorker(app as Parameters<typeof toWorker>[0])]),
)

export default {
  fetch(
    request: Request,
    env: unknown,
    ctx: { waitUntil(promise: Promise<unknown>): void },
  ): Promise<Response> | Response {
    const worker = workers.get(request.headers.get('x-probe') ?? '')
    return worker ? worker.fetch(request, env, ctx) : bare(request, env, ctx)
  },
}
