import { startInWorkerd, startOnNode } from '../../access/test/contract/start.ts'
import type { SubjectKind } from '../../access/test/contract/subject.ts'
import { mapVariants } from '../../access/test/contract/variants.ts'
import { createApp } from './app.ts'

/** The app of the contract on both runtimes. */
export const subjects: readonly SubjectKind[] = [
  {
    framework: 'Fastify',
    runtime: 'Node',
    start: async (world) =>
      startOnNode(
        await mapVariants(async (options) => {
          const app = await createApp(options)
          return (req, res) => app.routing(req, res)
        }, world.fetch),
      ),
  },
  {
    framework: 'Fastify',
    runtime: 'Workers',
    start: (world) =>
      startInWorkerd(
        world,
        import.meta.dirname,
        `import { toWorker } from '@node-cf/fastify'
         import { mapVariants } from '../../access/test/contract/variants.ts'
         import { createApp } from './app.ts'
         const workers = await mapVariants((options) => toWorker(createApp(options)))`,
      ),
  },
]
