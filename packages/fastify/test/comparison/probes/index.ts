/** All probes, by topic. */
import type { Definition, Probe } from '../probe.ts'
import { bodies } from './bodies.ts'
import { errors } from './errors.ts'
import { headers } from './headers.ts'
import { hooks } from './hooks.ts'
import { instances } from './instances.ts'
import { options } from './options.ts'
import { raw } from './raw.ts'
import { replies } from './replies.ts'
import { requests } from './requests.ts'
import { routing } from './routing.ts'
import { schemas } from './schemas.ts'
import { streams } from './streams.ts'

const topics: Record<string, readonly Definition[]> = {
  routing,
  requests,
  bodies,
  replies,
  streams,
  headers,
  hooks,
  errors,
  schemas,
  raw,
  options,
  instances,
}

export const probes: readonly Probe[] = Object.entries(topics).flatMap(([topic, definitions]) =>
  definitions.map((definition) => ({ ...definition, topic, name: `${topic}: ${definition.name}` })),
)

const names = new Set<string>()
for (const { name } of probes) {
  if (names.has(name)) throw new Error(`Two probes are called ${name}`)
  names.add(name)
}
