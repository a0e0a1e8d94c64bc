import { plugins } from '#platform'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import sensible from '@fastify/sensible'
import fastify from 'fastify'
import { logLevel } from './config.ts'
import { authentication } from './plugins/authentication.ts'
import { documentation } from './plugins/documentation.ts'
import { errors } from './plugins/errors.ts'
import { adminRoutes } from './routes/admin.ts'
import { bookRoutes } from './routes/books.ts'
import { coverRoutes } from './routes/covers.ts'
import { ownBookRoutes } from './routes/own-books.ts'
import { reviewRoutes } from './routes/reviews.ts'
import { tokens } from './routes/tokens.ts'

export const app = fastify({ logger: { level: logLevel } })

app.register(sensible)
app.register(errors)
app.register(rateLimit, { max: 300, timeWindow: '1 minute' })
// Other sites' pages may use the API, and show covers.
app.register(helmet, { crossOriginResourcePolicy: { policy: 'cross-origin' } })
app.register(cors, { methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'], maxAge: 3600 })
app.register(multipart, { limits: { files: 1, fileSize: 5 * 1024 * 1024 } })
app.register(authentication)
app.register(documentation)
for (const one of plugins) app.register(one)

app.register(async (routes) => {
  routes.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/documentation'))
  routes.register(tokens)
  routes.register(bookRoutes)
  routes.register(ownBookRoutes)
  routes.register(coverRoutes)
  routes.register(reviewRoutes)
  routes.register(adminRoutes, { prefix: '/admin' })
})
