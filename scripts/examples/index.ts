/** The examples, run as their READMEs say, and what their tests need. */
export { AUDIENCE, startNodeBehindAccess, startWorkerBehindAccess } from './access.ts'
export { openChromium, type Visit } from './chromium.ts'
export { png } from './png.ts'
export { type Server, startNode, startWrangler } from './servers.ts'
