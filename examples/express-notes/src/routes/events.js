import express from 'express'
import { requireUser } from '../auth.js'
import { subscribe } from '../live.js'

const HEARTBEAT_MILLISECONDS = 15_000

export const eventsRouter = express.Router()

eventsRouter.get('/', requireUser, (req, res) => {
  // no-transform keeps `compression` from holding events back until they fill a block.
  res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' })
  res.flushHeaders()

  const unsubscribe = subscribe(req.user.name, res)
  // Proxies close a connection on which nothing happens.
  const heartbeat = setInterval(() => res.write(': still here\n\n'), HEARTBEAT_MILLISECONDS)

  req.on('close', () => {
    clearInterval(heartbeat)
    unsubscribe()
  })
})
