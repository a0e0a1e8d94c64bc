import diagnosticsChannel from 'node:diagnostics_channel'

/** The apps that a subscriber hears of, as instrumentation does. */
export const heardOf: string[] = []

diagnosticsChannel.subscribe('fastify.initialization', (message) => {
  heardOf.push((message as { fastify: { version: string } }).fastify.version)
})
