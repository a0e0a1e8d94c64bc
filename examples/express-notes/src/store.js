/**
 * Where the app keeps its data: in memory, so it is gone when the process ends.
 * Every function is asynchronous and takes and returns plain values, so `users`
 * and `notes` can move to a database, and `pictures` to object storage, without
 * a change to any other file.
 */
import { createHash, randomUUID } from 'node:crypto'

// Passwords: lovelace and hopper, hashed with scrypt.
const userRows = new Map([
  [
    'ada',
    { name: 'ada', salt: 'q7Vt2mXc9LrB4kWz', hash: 'XelsRlHDuGFYBZZjhgHOxUEHlu8G3P+XSjvOoo5O410=' },
  ],
  [
    'grace',
    {
      name: 'grace',
      salt: 'Yh3nPz8dKf6wQs1J',
      hash: '7w2zOpvHyPpxYn9+pRdP0m2fPNqalSe3wQjZZEoJH3U=',
    },
  ],
])
const noteRows = new Map()
const pictureObjects = new Map()

export const users = {
  async find(name) {
    return userRows.get(name)
  },
}

/** A note is `{ id, owner, title, text, picture, createdAt, updatedAt }`; `picture` is a key or null. */
export const notes = {
  /** The owner's notes, newest first, only those that contain `search` when it is given. */
  async list(owner, search = '') {
    const wanted = search.toLowerCase()
    return [...noteRows.values()]
      .filter((note) => note.owner === owner)
      .filter((note) => `${note.title}\n${note.text}`.toLowerCase().includes(wanted))
      .toReversed()
  },

  async find(owner, id) {
    const note = noteRows.get(id)
    return note?.owner === owner ? note : undefined
  },

  async add(owner, { title, text, picture = null }) {
    const now = new Date().toISOString()
    const note = { id: randomUUID(), owner, title, text, picture, createdAt: now, updatedAt: now }
    noteRows.set(note.id, note)
    return note
  },

  async update(id, changes) {
    const note = { ...noteRows.get(id), ...changes, updatedAt: new Date().toISOString() }
    noteRows.set(id, note)
    return note
  },

  async remove(id) {
    noteRows.delete(id)
  },
}

export const pictures = {
  /** Stores the bytes and returns their key. */
  async save(bytes, type) {
    const key = randomUUID()
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
    pictureObjects.set(key, { bytes, type, etag })
    return key
  },

  async open(key) {
    return pictureObjects.get(key)
  },

  async remove(key) {
    pictureObjects.delete(key)
  },
}
