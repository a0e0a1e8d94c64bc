import { join } from 'node:path'
import autoload from '@fastify/autoload'
import fastify from 'fastify'

export const app = fastify()

app.register(autoload, {
  dir: join(process.cwd(), 'plugins'),
  forceESM: true,
  encapsulate: false,
})
app.register(autoload, {
  dir: join(process.cwd(), 'routes'),
  forceESM: true,
  autoHooks: true,
  cascadeHooks: true,
  routeParams: true,
  options: { greeting: 'hello' },
  ignorePattern: /ignored/,
})
