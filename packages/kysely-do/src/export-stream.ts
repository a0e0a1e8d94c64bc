import { SqliteError } from '@node-cf/kysely-sqlite'
import type { ObjectDatabase } from './object-database.ts'

/** How much text is made at once, in characters: all of it, for most objects. */
const PART_LENGTH = 4_000_000

/**
 * Makes a stream of text that is read from a database. A part is read whole before anything else
 * can run, and the stream fails when the data changed between two parts: what it returns is the
 * data of one moment.
 *
 * @param database The database
 * @param pieces What reads it, a piece of the text at a time
 */
export function exportStream(
  database: ObjectDatabase,
  pieces: Generator<string>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let changes: unknown

  function readPart(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const [{ count }] = database.query('select total_changes() as count') as [{ count: unknown }]
    changes ??= count
    if (count !== changes) throw new Error('Rows were written')
    let text = ''
    while (text.length < PART_LENGTH) {
      const { done, value } = pieces.next()
      if (done === true) {
        controller.enqueue(encoder.encode(text))
        controller.close()
        return
      }
      text += value
    }
    controller.enqueue(encoder.encode(text))
  }

  const options = { sql: 'export', transaction: undefined, signal: undefined }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const isFirst = changes === undefined
        try {
          await database.run(options, () => readPart(controller))
        } catch (error) {
          pieces.return(undefined)
          // What could be read before cannot be any more.
          throw isFirst ? error : changed(error)
        }
      },
      cancel() {
        pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

function changed(cause?: unknown): SqliteError {
  return new SqliteError(
    'ERR_SQLITE_EXPORT',
    'The data changed while they were being exported. Read the export faster, or again when less is written.',
    { cause },
  )
}
