import { toWorker } from '../../../fastify/src/index.ts'
import { d1Session } from '@node-cf/kysely-d1/fastify'
import Fastify from 'fastify'
import { Readable } from 'node:stream'
import { Notes, strictSession } from './session-app.ts'

const session = d1Session()
const strict = d1Session(strictSession)
const notes = new Notes(session.current)
const strictNotes = new Notes(strict.current)

const app = Fastify()
app.register(async (scoped) => {
  await scoped.register(strict)
  scoped.get('/strict', () => strictNotes.count())
})
app.register(async (scoped) => {
  await scoped.register(session)
  scoped.post('/set-up', async () => {
    await notes.setUp()
    return ''
  })
  scoped.post('/notes', async (request, reply) => {
    await notes.add((request.body as { text: string }).text)
    return reply.code(201).send('')
  })
  scoped.get('/notes', () => notes.count())
  scoped.get('/nothing', (_request, reply) => reply.header('set-cookie', 'other=1').send('nothing'))
  scoped.get('/slow', () => notes.slow())
  scoped.get('/cookies', async (_request, reply) => {
    await notes.count()
    return reply.header('set-cookie', 'other=1').send('')
  })
  scoped.get('/stream', async (_request, reply) => {
    await notes.count()
    return reply.send(Readable.from(['a', 'b']))
  })
})

export default await toWorker(app)
