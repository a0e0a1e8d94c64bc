import express from 'express'
import { requireUser } from '../auth.js'
import {
  createNote,
  deleteNote,
  getNote,
  getPicture,
  limits,
  listNotes,
  searchTerm,
  updateNote,
} from '../notes.js'
import { pictureForm } from '../uploads.js'

export const notesRouter = express.Router()

notesRouter.use(requireUser)

notesRouter.get('/', async (req, res) => {
  const search = searchTerm(req.query)
  res.render('notes', { search, notes: await listNotes(req.user.name, search) })
})

notesRouter.get('/new', (req, res) => {
  res.render('note-form', { note: { title: '', text: '' }, limits, wrong: {} })
})

notesRouter.post('/', pictureForm, create, showFormAgain)

notesRouter.get('/:id', async (req, res) => {
  res.render('note', { note: await getNote(req.user.name, req.params.id) })
})

notesRouter.get('/:id/edit', async (req, res) => {
  res.render('note-form', { note: await getNote(req.user.name, req.params.id), limits, wrong: {} })
})

notesRouter.post('/:id', pictureForm, update, showFormAgain)

notesRouter.post('/:id/delete', async (req, res) => {
  await deleteNote(req.user.name, req.params.id)
  res.redirect(303, '/notes')
})

notesRouter.get('/:id/picture', async (req, res) => {
  const { bytes, type, etag } = await getPicture(req.user.name, req.params.id)
  // The picture can be replaced under the same address, so a browser has to ask each time.
  res.set({ 'Content-Type': type, ETag: etag, 'Cache-Control': 'private, no-cache' })
  res.send(bytes)
})

async function create(req, res) {
  const note = await createNote(req.user.name, req.body, req.image)
  res.redirect(303, `/notes/${note.id}`)
}

async function update(req, res) {
  const picture = { image: req.image, removePicture: req.body.removePicture === 'yes' }
  const note = await updateNote(req.user.name, req.params.id, req.body, picture)
  res.redirect(303, `/notes/${note.id}`)
}

/** Shows what is wrong with a form in the form itself, next to what the visitor typed. */
async function showFormAgain(error, req, res, next) {
  if (!error.fields || !req.accepts('html')) return next(error)

  const saved = req.params.id ? await getNote(req.user.name, req.params.id) : undefined
  const { title = '', text = '' } = req.body
  res
    .status(error.status)
    .render('note-form', { note: { ...saved, title, text }, limits, wrong: error.fields })
}
