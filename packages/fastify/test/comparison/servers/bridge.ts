/** Every app through `toWorker`. */
import { toWorker, type Worker } from '@node-cf/fastify'
import { toFetchHandler } from '@node-cf/bridge'
import { apps, report } from '../app.ts'

const reports = toFetchHandler(report)
const workers = new Map<string, Worker>()
for (const [name, app] of apps) workers.set(name, await toWorker(app))

export default {
  fetch(
    request: Request,
    env: unknown,
    ctx: { waitUntil(promise: Promise<unknown>): void },
  ): Promise<Response> | Response {
    const worker = workers.get(request.headers.get('x-probe') ?? '')
    return worker ? worker.fetch(request, env, ctx) : reports(request, env, ctx)
  },
}
