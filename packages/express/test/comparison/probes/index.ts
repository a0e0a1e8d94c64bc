/** All probes, by topic. */
import type { Definition, Probe } from '../probe.ts'
import { bodyDelivery } from './body-delivery.ts'
import { classes } from './classes.ts'
import { contexts } from './contexts.ts'
import { destroying } from './destroy.ts'
import { events } from './events.ts'
import { expressBodies } from './express-bodies.ts'
import { expressProxy } from './express-proxy.ts'
import { expressResponses } from './express-responses.ts'
import { expressRouting } from './express-routing.ts'
import { framing } from './framing.ts'
import { informational } from './informational.ts'
import { methodProbes } from './methods.ts'
import { middleware } from './middleware.ts'
import { requestBodies } from './request-bodies.ts'
import { requestHeaders } from './request-headers.ts'
import { responseBodies } from './response-bodies.ts'
import { responseHeaders } from './response-headers.ts'
import { servers } from './servers.ts'
import { sockets } from './sockets.ts'
import { status } from './status.ts'
import { streams } from './streams.ts'
import { urls } from './urls.ts'

const topics: Record<string, readonly Definition[]> = {
  urls,
  methods: methodProbes,
  'request headers': requestHeaders,
  'request bodies': requestBodies,
  'body delivery': bodyDelivery,
  status,
  'response headers': responseHeaders,
  'response bodies': responseBodies,
  framing,
  informational,
  events,
  streams,
  destroy: destroying,
  sockets,
  classes,
  servers,
  contexts,
  'express routing': expressRouting,
  'express responses': expressResponses,
  'express bodies': expressBodies,
  'express proxy': expressProxy,
  middleware,
}

export const probes: readonly Probe[] = Object.entries(topics).flatMap(([topic, definitions]) =>
  definitions.map((definition) => ({ ...definition, topic, name: `${topic}: ${definition.name}` })),
)

const names = new Set<string>()
for (const { name } of probes) {
  if (names.has(name)) throw new Error(`Two probes are called ${name}`)
  names.add(name)
}
