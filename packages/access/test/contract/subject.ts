import type { Answer, Parts } from './client.ts'
import type { Variant } from './variants.ts'
import type { World } from './world.ts'

export type Runtime = 'Node' | 'Workers'

/** An app of the contract, in a framework and a runtime. */
export interface SubjectKind {
  readonly framework: 'Express 5' | 'Express 4' | 'Fastify'
  readonly runtime: Runtime
  /** Starts the app of every variant. */
  readonly start: (world: World) => Promise<{ port: number; stop: () => Promise<void> }>
}

/** One that runs. */
export interface Subject extends AsyncDisposable {
  readonly world: World
  /** Sends a request to one of its apps, the main one by default. */
  readonly send: (parts: Parts, app?: Variant) => Promise<Answer>
}

/** The header that says which app is meant. */
export const APP_HEADER = 'x-app'
