/** An HTTP/1.1 answer taken apart, with its framing. */
export interface Answer {
  statusLine: string
  status: number
  /** Values by lower-case name; repeated fields are joined by `, `. */
  headers: Record<string, string>
  body: Buffer
  /** Whether the body came to its announced end: its whole length, or the chunk of length 0. */
  isWhole: boolean
}

/**
 * Takes an answer apart.
 *
 * @param bytes What came on a connection of its own
 * @returns Its parts, where as much of them as arrived
 */
export function parseAnswer(bytes: Buffer | string): Answer {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
  const headEnd = buffer.indexOf('\r\n\r\n')
  if (headEnd === -1) throw new Error(`No head in: ${JSON.stringify(buffer.toString('latin1'))}`)
  const [statusLine = '', ...lines] = buffer.toString('latin1', 0, headEnd).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '')
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  const rest = buffer.subarray(headEnd + 4)
  const isChunked = headers['transfer-encoding'] === 'chunked'
  const length = Number(headers['content-length'] ?? 0)
  return {
    statusLine,
    status: Number(statusLine.split(' ')[1]),
    headers,
    ...(isChunked ? joinChunks(rest) : { body: rest, isWhole: rest.byteLength === length }),
  }
}

function joinChunks(bytes: Buffer): { body: Buffer; isWhole: boolean } {
  const chunks: Buffer[] = []
  let position = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', position)
    if (lineEnd === -1) return { body: Buffer.concat(chunks), isWhole: false }
    const size = Number.parseInt(bytes.toString('latin1', position, lineEnd), 16)
    if (size === 0) return { body: Buffer.concat(chunks), isWhole: true }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    position = lineEnd + 2 + size + 2
    if (position > bytes.byteLength) return { body: Buffer.concat(chunks), isWhole: false }
  }
}
