import { toWorker } from '@node-cf/fastify'
import { app } from './app.ts'

export default await toWorker(app)
