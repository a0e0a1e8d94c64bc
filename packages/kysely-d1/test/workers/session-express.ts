import { toWorker } from '../../../express/src/index.ts'
import { d1Session } from '@node-cf/kysely-d1/express'
import express from 'express'
import type { OutgoingHttpHeaders } from 'node:http'
import { Notes, strictSession } from './session-app.ts'

const session = d1Session()
const strict = d1Session(strictSession)
const notes = new Notes(session.current)
const strictNotes = new Notes(strict.current)

const app = express()
app.use('/strict', strict, async (_request, response) => {
  response.json(await strictNotes.count())
})
app.use(session)
app.use(express.json())
app.post('/set-up', async (_request, response) => {
  await notes.setUp()
  response.end()
})
app.post('/notes', async (request, response) => {
  await notes.add((request.body as { text: string }).text)
  response.status(201).end()
})
app.get('/notes', async (_request, response) => {
  response.json(await notes.count())
})
app.get('/nothing', (_request, response) => {
  response.cookie('other', '1').send('nothing')
})
app.get('/slow', async (_request, response) => {
  response.json(await notes.slow())
})
app.get('/cookies', async (_request, response) => {
  await notes.count()
  response.cookie('other', '1').send('')
})
const heads: Record<string, OutgoingHttpHeaders | string[]> = {
  object: { 'set-cookie': 'other=1', 'X-Other': '1' },
  list: ['X-Other', '1', 'Set-Cookie', 'other=1'],
  without: { 'X-Other': '1' },
}
app.get('/head/:kind', async (request, response) => {
  await notes.count()
  response.cookie('earlier', '1')
  response.writeHead(200, heads[request.params.kind]).end('')
})
app.get('/late', async (_request, response) => {
  response.write('early,')
  await notes.add('late')
  response.end('late')
})
app.get('/stream', async (_request, response) => {
  await notes.count()
  response.write('a')
  response.end('b')
})

export default toWorker(app)
