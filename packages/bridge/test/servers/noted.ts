import type { IncomingMessage, ServerResponse } from 'node:http'
import { routes } from './socket-app.ts'

/** What the routes noted, by their path. */
const notes: Record<string, unknown[]> = {}

/** Serves the routes, and at /notes what each has noted. */
export function listener(req: IncomingMessage, res: ServerResponse): void {
  if (req.url === '/notes') {
    res.end(
      JSON.stringify(notes, (_, value: unknown) => (value === undefined ? 'undefined' : value)),
    )
    return
  }
  const own: unknown[] = []
  notes[String(req.url)] = own
  // Time for what comes with or after the end.
  res.on('close', () => setTimeout(() => own.push('all'), 50))
  void routes[String(req.url)]?.(req, res, (what) => own.push(what))
}
