import express from 'express'
import { requireUser } from '../auth.js'
import {
  createNote,
  deleteNote,
  getNote,
  limits,
  listNotes,
  searchTerm,
  updateNote,
} from '../notes.js'
import { files } from '../store.js'
import { attachmentForm } from '../uploads.js'

export const notesRouter = express.Router()

notesRouter.use(requireUser)

notesRouter.get('/', async (req, res) => {
  const search = searchTerm(req.query)
  res.render('notes', { search, notes: await listNotes(req.user.name, search) })
})

notesRouter.get('/new', (req, res) => {
  res.render('note-form', { note: { title: '', text: '' }, limits, wrong: {} })
})

notesRouter.post('/', attachmentForm, create, showFormAgain)

notesRouter.get('/:id', async (req, res) => {
  res.render('note', { note: await getNote(req.user.name, req.params.id) })
})

notesRouter.get('/:id/edit', async (req, res) => {
  res.render('note-form', { note: await getNote(req.user.name, req.params.id), limits, wrong: {} })
})

notesRouter.post('/:id', attachmentForm, update, showFormAgain)

notesRouter.post('/:id/delete', async (req, res) => {
  await deleteNote(req.user.name, req.params.id)
  res.redirect(303, '/notes')
})

async function create(req, res) {
  const note = await createNote(req.user.name, req.body, req.attachment)
  res.redirect(303, `/notes/${note.id}`)
}

async function update(req, res) {
  const note = await updateNote(req.user.name, req.params.id, req.body, {
    attachment: req.attachment,
    removeAttachment: req.body.removeAttachment === 'yes',
  })
  res.redirect(303, `/notes/${note.id}`)
}

/** Shows what is wrong with a form in the form itself, next to what the visitor typed. */
async function showFormAgain(error, req, res, next) {
  if (req.attachment) await files.delete(req.attachment)
  if (!error.fields || !req.accepts('html')) return next(error)

  const saved = req.params.id ? await getNote(req.user.name, req.params.id) : undefined
  const { title = '', text = '' } = req.body
  res
    .status(error.status)
    .render('note-form', { note: { ...saved, title, text }, limits, wrong: error.fields })
}
