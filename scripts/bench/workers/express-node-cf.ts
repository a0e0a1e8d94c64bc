import { toWorker } from '../../../packages/express/src/index.ts'
import { app } from './express-app.ts'

export default toWorker(app)
