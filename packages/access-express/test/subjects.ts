import { startInWorkerd, startOnNode } from '../../access/test/contract/start.ts'
import type { SubjectKind } from '../../access/test/contract/subject.ts'
import { mapVariants } from '../../access/test/contract/variants.ts'
import { createApp } from './app.ts'
import { versions } from './serve.ts'

/** The app of the contract on both runtimes, by both versions of Express. */
export const subjects: readonly SubjectKind[] = (['Express 5', 'Express 4'] as const).flatMap(
  (framework): SubjectKind[] => [
    {
      framework,
      runtime: 'Node',
      start: async (world) =>
        startOnNode(
          await mapVariants((options) => createApp(versions[framework], options), world.fetch),
        ),
    },
    {
      framework,
      runtime: 'Workers',
      start: (world) =>
        startInWorkerd(
          world,
          import.meta.dirname,
          `import { toWorker } from '@node-cf/express'
           import express from '${framework === 'Express 5' ? 'express' : 'express4'}'
           import { mapVariants } from '../../access/test/contract/variants.ts'
           import { createApp } from './app.ts'
import { versions } from './serve.ts'
           const workers = await mapVariants((options) => toWorker(createApp(express, options)))`,
        ),
    },
  ],
)
