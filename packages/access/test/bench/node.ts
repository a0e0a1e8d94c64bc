// The same on plain Node, in a process of its own.
import { createServer } from 'node:http'
import { handle } from './verifications.ts'

const server = createServer((req, res) => {
  void handle(new Request(new URL(req.url ?? '/', 'http://127.0.0.1'))).then(async (response) =>
    res.end(await response.text()),
  )
}).listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(address.port)
})
// Whoever started this process is gone.
process.on('disconnect', () => process.exit())
