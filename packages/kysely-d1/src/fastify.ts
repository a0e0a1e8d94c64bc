import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import { fastifyPlugin } from 'fastify-plugin'
import { type D1SessionOptions, RequestSessions } from './request-sessions.ts'
import type { SessionScope } from './session-scope.ts'

export type { D1SessionCookie, D1SessionOptions } from './request-sessions.ts'

/** A Fastify plugin, and what tells a `D1Dialect` the session of the request being served. */
export interface D1SessionPlugin extends FastifyPluginCallback {
  /** For the option `session` of `D1Dialect`. */
  readonly current: () => SessionScope | undefined
}

/**
 * Makes a Fastify plugin that has each request's queries run in a session of D1, and carries the
 * session's bookmark in a cookie: visitors read their own writes, from whichever replica.
 *
 * @param options Where sessions begin, and the cookie
 * @returns The plugin; give its `current` to `D1Dialect`
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for an option that is not as described
 */
export function d1Session(options?: D1SessionOptions): D1SessionPlugin {
  const sessions = new RequestSessions(options)
  const scopes = new WeakMap<FastifyRequest, SessionScope>()
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    app.addHook('onRequest', (request, _reply, next) => {
      const scope = sessions.begin(request.headers.cookie)
      scopes.set(request, scope)
      sessions.run(scope, next)
    })
    // What reads a body may call back outside of what began the request.
    app.addHook('preValidation', (request, _reply, next) => {
      sessions.run(scopes.get(request)!, next)
    })
    app.addHook('onSend', (request, reply, _payload, next) => {
      const scope = scopes.get(request)
      const { cookie } = request.headers
      const field = scope === undefined ? undefined : sessions.setCookie(scope, cookie)
      if (field !== undefined) reply.header('set-cookie', field)
      next()
    })
    done()
  }
  const named = fastifyPlugin(plugin, { fastify: '5.x', name: '@node-cf/kysely-d1' })
  return Object.assign(named, { current: sessions.current })
}
