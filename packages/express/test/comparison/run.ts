/** Starts the servers and runs every probe on each of them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Differences } from '../../../../scripts/comparison/compare.ts'
import * as columns from '../../../../scripts/comparison/columns.ts'
import type { Probe } from './probe.ts'
import { probes } from './probes/index.ts'

const server = (name: string): string => resolve(import.meta.dirname, `servers/${name}.ts`)

/** The servers, by the heading of their column. */
const starters = {
  Node: () => columns.startNode(server('node')),
  bridge: () => columns.startBundle(server('bridge')),
  Cloudflare: () => columns.startBundle(server('cloudflare')),
}

/** Runs probes on one server, all of them by default. */
export function runColumn(
  name: keyof typeof starters,
  wanted: readonly Probe[] = probes,
): ReturnType<typeof columns.runColumn> {
  return columns.runColumn(starters[name], wanted)
}

/** The differences of a column from Node's, by probe. */
export function differencesByProbe(
  node: columns.Column,
  other: columns.Column,
): Map<string, Differences> {
  return columns.differencesByProbe(probes, node, other)
}

/** Whether the bridge and the package for Express are there to be probed. */
export const bridgeExists: boolean = ['../../src/index.ts', '../../../bridge/src/index.ts'].every(
  (path) => existsSync(resolve(import.meta.dirname, path)),
)
