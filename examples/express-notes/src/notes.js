/** What can be done with notes. The pages and the API both come through here. */
import createError from 'http-errors'
import { publish } from './live.js'
import { files, notes } from './store.js'

export const limits = { title: 120, text: 10_000 }

export function listNotes(owner, search) {
  return notes.list(owner, search)
}

/** The search term of a query string such as `?q=word`, which may hold it twice or not at all. */
export function searchTerm({ q }) {
  return typeof q === 'string' ? q : ''
}

/** Throws a 404 for somebody else's note too: whether it exists is nobody's business. */
export async function getNote(owner, id) {
  const note = await notes.find(owner, id)
  if (!note) throw createError(404, 'There is no such note.')
  return note
}

export async function createNote(owner, fields, attachment = null) {
  const note = await notes.add(owner, { ...validate(fields), attachment })
  publish(owner, 'created', present(note))
  return note
}

export async function updateNote(owner, id, fields, { attachment, removeAttachment = false } = {}) {
  const values = validate(fields)
  const { attachment: old } = await getNote(owner, id)
  const kept = removeAttachment ? null : old

  const note = await notes.update(id, { ...values, attachment: attachment ?? kept })
  if (old && old !== note.attachment) await files.delete(old)
  publish(owner, 'updated', present(note))
  return note
}

export async function deleteNote(owner, id) {
  const note = await getNote(owner, id)
  await notes.remove(id)
  if (note.attachment) await files.delete(note.attachment)
  publish(owner, 'deleted', { id })
}

/** A note as clients see it. */
export function present({ id, title, text, attachment, createdAt, updatedAt }) {
  return { id, title, text, attachment: attachment && files.url(attachment), createdAt, updatedAt }
}

function validate(fields) {
  const title = typeof fields?.title === 'string' ? fields.title.trim() : ''
  const text = fields?.text ?? ''

  const wrong = {}
  if (!title) wrong.title = 'Give the note a title.'
  else if (title.length > limits.title)
    wrong.title = `A title has at most ${limits.title} characters.`
  if (typeof text !== 'string') wrong.text = 'The text must be a string.'
  else if (text.length > limits.text) wrong.text = `A note has at most ${limits.text} characters.`

  if (Object.keys(wrong).length > 0)
    throw createError(400, 'The note is not valid.', { fields: wrong })
  return { title, text }
}
