import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import plugin from 'fastify-plugin'

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" fill="#fff">
<path d="M6 8h7v26H6zM15 5h6v29h-6zM23 10l6-2 8 24-6 2z"/></svg>`

/** Describes the routes that are registered after it, at /documentation. */
export const documentation = plugin(async (app) => {
  app.register(swagger, {
    openapi: {
      info: {
        title: 'Bookshelf',
        version: '1.0.0',
        description:
          'Books, their covers, and what readers think of them. To write, sign in as **ada** with the password `lovelace`: `POST /tokens`, then *Authorize* with the token.',
      },
      tags: [{ name: 'sign-in' }, { name: 'books' }, { name: 'reviews' }, { name: 'admin' }],
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
  })
  app.register(swaggerUi, {
    // Without a logo the plugin reads its own from a file, and a Worker has no files of packages.
    logo: { type: 'image/svg+xml', content: logo },
    theme: { title: 'Bookshelf' },
    // The page sets styles, and shows the covers that it has fetched.
    staticCSP: {
      'default-src': ["'self'"],
      'base-uri': ["'self'"],
      'frame-ancestors': ["'self'"],
      'img-src': ["'self'", 'blob:', 'data:'],
      'object-src': ["'none'"],
      'style-src': ["'self'", "'unsafe-inline'"],
    },
  })
})
