export { bundle } from './bundle.ts'
export { startWorker, type RunningWorker, type WorkerOptions } from './worker.ts'
