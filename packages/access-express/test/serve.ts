import { createRequire } from 'node:module'
import express from 'express'
import { type Answer, Client, type Parts } from '../../access/test/contract/client.ts'
import { listenOnLoopback } from '../../access/test/contract/start.ts'

/** Both versions, by their names. */
export const versions = {
  'Express 5': express,
  'Express 4': createRequire(import.meta.url)('express4') as typeof express,
}

/** Serves an app by Node, until it is disposed of. */
export async function serve(
  app: express.Express,
): Promise<AsyncDisposable & { send: (parts: Parts) => Promise<Answer> }> {
  const { port, stop } = await listenOnLoopback(app)
  const client = new Client(port)
  return {
    send: (parts) => client.send(parts),
    async [Symbol.asyncDispose]() {
      client.close()
      await stop()
    },
  }
}
