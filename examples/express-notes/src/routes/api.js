import express from 'express'
import createError from 'http-errors'
import { requireUser } from '../auth.js'
import {
  createNote,
  deleteNote,
  getNote,
  listNotes,
  present,
  searchTerm,
  updateNote,
} from '../notes.js'

export const apiRouter = express.Router()

apiRouter.use(requireUser)

const readJson = [
  (req, res, next) => {
    next(
      req.is('json')
        ? undefined
        : createError(415, 'Send JSON, with Content-Type: application/json.'),
    )
  },
  express.json({ limit: '100kb' }),
]

apiRouter.get('/', async (req, res) => {
  const notes = await listNotes(req.user.name, searchTerm(req.query))
  res.json({ notes: notes.map(present) })
})

apiRouter.post('/', readJson, async (req, res) => {
  const note = await createNote(req.user.name, req.body)
  res.status(201).location(`/api/notes/${note.id}`).json(present(note))
})

apiRouter.get('/:id', async (req, res) => {
  res.json(present(await getNote(req.user.name, req.params.id)))
})

apiRouter.put('/:id', readJson, async (req, res) => {
  res.json(present(await updateNote(req.user.name, req.params.id, req.body)))
})

apiRouter.delete('/:id', async (req, res) => {
  await deleteNote(req.user.name, req.params.id)
  res.sendStatus(204)
})
