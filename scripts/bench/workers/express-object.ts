import { toDurableObject, toTenantWorker, toWorker } from '../../../packages/express/src/index.ts'
import { app } from './express-app.ts'

// The same app twice: in the Worker itself, and in an object behind it.
export const AppObject = toDurableObject(app)

const outside = toWorker(app)
const inside = toTenantWorker({ namespace: 'OBJECT' })

export default {
  fetch: (request: Request, env: { OBJECT: unknown }, ctx: never): unknown =>
    (request.headers.has('x-inside') ? inside : outside).fetch(request, env, ctx),
}
