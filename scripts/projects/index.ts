/** Projects as users have them, and the tools that they run in them. */
export { serveDeployed, serveViteBuild, serveWithVite } from './bundled.ts'
export { runOutput } from './output.ts'
export {
  logged,
  type Outcome,
  run,
  serve,
  serveWithWrangler,
  type Server,
  toolOf,
  WRANGLER,
} from './processes.ts'
export { createProject, install, nodeResolutionLines, type Project } from './project.ts'
