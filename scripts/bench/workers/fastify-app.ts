import fastify from 'fastify'
import { JSON_ANSWER } from './payload.ts'

// The JSON routes of the others, as Fastify has them: with schemas.
export const app = fastify()

const text = { type: 'string' } as const
const texts = { type: 'array', items: text } as const

const note = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    title: text,
    text,
    tags: texts,
    isPublic: { type: 'boolean' },
  },
} as const

const question = {
  type: 'object',
  required: ['title', 'tags'],
  properties: { title: { ...text, maxLength: 100 }, text, tags: texts },
} as const

const summary = {
  type: 'object',
  properties: { title: text, tags: { type: 'integer' } },
} as const

app.get('/json', { schema: { response: { 200: note } } }, (_request, reply) => {
  reply.send(JSON_ANSWER)
})

app.post<{ Body: { title: string; tags: string[] } }>(
  '/json',
  { schema: { body: question, response: { 200: summary } } },
  ({ body }, reply) => {
    reply.send({ title: body.title, tags: body.tags.length })
  },
)
