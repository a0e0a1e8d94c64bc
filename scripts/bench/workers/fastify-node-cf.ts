import { toWorker } from '../../../packages/fastify/src/index.ts'
import { app } from './fastify-app.ts'

export default await toWorker(app)
