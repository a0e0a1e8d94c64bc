/** The pages that are open now and want to hear of changes (server-sent events). */
const clients = new Set()

/** Sends the user's events to `res` until the returned function is called. */
export function subscribe(user, res) {
  const client = { user, res }
  clients.add(client)
  return () => clients.delete(client)
}

export function publish(user, event, data) {
  for (const client of clients) {
    if (client.user === user) client.res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}
