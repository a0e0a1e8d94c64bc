/** What can be done with notes. The pages and the API both come through here. */
import createError from 'http-errors'
import { publish } from './live.js'
import { notes, pictures } from './store.js'

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

export async function createNote(owner, fields, image) {
  const values = validate(fields)
  const picture = image ? await pictures.save(image.bytes, image.type) : null
  const note = await notes.add(owner, { ...values, picture })
  publish(owner, 'created', present(note))
  return note
}

export async function updateNote(owner, id, fields, { image, removePicture = false } = {}) {
  const values = validate(fields)
  const { picture: oldPicture } = await getNote(owner, id)

  let picture = oldPicture
  if (image) picture = await pictures.save(image.bytes, image.type)
  else if (removePicture) picture = null

  const note = await notes.update(id, { ...values, picture })
  if (oldPicture && oldPicture !== picture) await pictures.remove(oldPicture)
  publish(owner, 'updated', present(note))
  return note
}

export async function deleteNote(owner, id) {
  const note = await getNote(owner, id)
  await notes.remove(id)
  if (note.picture) await pictures.remove(note.picture)
  publish(owner, 'deleted', { id })
}

export async function getPicture(owner, id) {
  const note = await getNote(owner, id)
  const picture = note.picture && (await pictures.open(note.picture))
  if (!picture) throw createError(404, 'This note has no picture.')
  return picture
}

/** A note as clients see it. */
export function present({ id, title, text, picture, createdAt, updatedAt }) {
  return { id, title, text, picture: picture && `/notes/${id}/picture`, createdAt, updatedAt }
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
