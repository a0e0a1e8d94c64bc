// The same app on plain Node, in a process of its own.
import { app } from './express-app.ts'

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(address.port)
})
// Whoever started this process is gone.
process.on('disconnect', () => process.exit())
