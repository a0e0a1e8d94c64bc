import { STATUS_CODES } from 'node:http'
import type { FastifyError } from 'fastify'
import plugin from 'fastify-plugin'

/** Answers errors as Fastify does, but for those of our own, which are for the log only. */
export const errors = plugin(async (app) => {
  app.setErrorHandler<FastifyError & { status?: number }>((error, request, reply) => {
    const status = error.statusCode ?? error.status ?? 500
    if (status < 500) return reply.send(error)
    request.log.error(error)
    return reply.code(status).send({
      statusCode: status,
      error: STATUS_CODES[status],
      message: 'Something went wrong on our side.',
    })
  })
  app.setNotFoundHandler((_request, reply) => reply.notFound('There is nothing at this address.'))
})
