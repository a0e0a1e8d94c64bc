import { once } from 'node:events'
import net from 'node:net'
import { type Answer, parseAnswer } from './answer.ts'
import { eventually } from './eventually.ts'

/** A client that sends and reads at the pace a test asks for, and sees the bytes as they are. */
export class Connection {
  readonly #socket: net.Socket
  readonly #chunks: Buffer[] = []
  /** Bytes that the kernel has taken, not those that still wait for it. */
  bytesSent = 0
  bytesReceived = 0
  isClosed = false

  private constructor(port: number) {
    this.#socket = net.connect(port, '127.0.0.1')
    this.#socket.on('data', (chunk) => {
      this.#chunks.push(chunk)
      this.bytesReceived += chunk.byteLength
    })
    // A reset is an outcome that tests look at: the connection is closed then.
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => (this.isClosed = true))
  }

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port)
    await once(connection.#socket, 'connect')
    return connection
  }

  /**
   * Opens a connection for one request, and sends its head.
   *
   * @param port Where the server listens
   * @param requestLine Method and target
   * @param fieldsAndBody More header fields, the empty line, and as much of a body as there is yet
   */
  static async begin(
    port: number,
    requestLine: string,
    fieldsAndBody = '\r\n',
  ): Promise<Connection> {
    const connection = await Connection.open(port)
    const head = `${requestLine} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`
    await connection.send(head + fieldsAndBody)
    return connection
  }

  /** Sends a string as Latin-1, or bytes; resolves once the kernel has taken them. */
  send(bytes: string | Uint8Array): Promise<void> {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    return new Promise((resolve) => {
      this.#socket.write(buffer, (error) => {
        if (!error) this.bytesSent += buffer.byteLength
        resolve()
      })
    })
  }

  /** All that has arrived, and leaves it in place. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** Waits until what has arrived contains a text. */
  async receives(text: string): Promise<void> {
    await eventually(() => {
      if (!this.received.includes(text)) {
        throw new Error(`"${text}" did not arrive, only:\n${this.received.toString('latin1')}`)
      }
    })
  }

  /** Waits until the server has closed the connection. */
  async closes(): Promise<void> {
    await eventually(() => {
      if (!this.isClosed) throw new Error(`still open after:\n${this.received.toString('latin1')}`)
    })
  }

  /** The answer, once the server has closed the connection. */
  async answer(): Promise<Answer> {
    await this.closes()
    return parseAnswer(this.received)
  }

  /** Reads no more, so that the kernel's buffers fill up. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Goes away as a client does that has nothing more to say; it might still listen. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Goes away as a client does whose process ends: the server learns of it at once. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }
}
