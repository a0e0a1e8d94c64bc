/** A client that writes what it is told on a socket and takes the answers apart, and does nothing else. */
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { parseAnswers } from './parse-answers.ts'
import {
  reportName,
  wireName,
  type Exchange,
  type Outcome,
  type Question,
  type Step,
} from './probe.ts'
import { send } from './request.ts'

/** An exchange that takes longer has hung. */
const deadline = 4000
/** How long the log is asked for its last entry. */
const logDeadline = 1500
/** How long surplus bytes, or entries after the last one awaited, have time to show up. */
const grace = 60

/**
 * Runs a probe against a server.
 * @param port Where the server listens, on this machine
 * @param probe What to send
 * @returns What came back, and the log if the probe keeps one
 */
export async function runProbe(port: number, probe: Question): Promise<Outcome> {
  const copies = Array.from({ length: probe.copies ?? 1 }, (_, copy) => copy)
  const outcomes = await Promise.all(
    copies.map((copy) =>
      runExchange(port, probe.exchange, {
        '{probe}': wireName(probe.name),
        '{copy}': String(copy).padStart('{copy}'.length, '0'),
      }),
    ),
  )
  const outcome: Outcome = {
    answers: outcomes.flatMap(({ answers }) => answers),
    ending: [...new Set(outcomes.map(({ ending }) => ending))].join(', '),
    surplus: outcomes.map(({ surplus }) => surplus).join(''),
    log: probe.until === undefined ? [] : await readLog(port, probe.name, probe.until),
  }
  return probe.normalise ? probe.normalise(outcome) : outcome
}

/** Asks the app for the log until the entry is there; more may follow it shortly. */
async function readLog(port: number, name: string, until: string): Promise<string[]> {
  const end = Date.now() + logDeadline
  let log: string[] = []
  while (Date.now() < end && !log.some((entry) => entry.startsWith(until))) {
    await delay(25)
    log = await fetchLog(port, name)
  }
  await delay(grace)
  return fetchLog(port, name)
}

async function fetchLog(port: number, name: string): Promise<string[]> {
  const exchange = send({ headers: [`X-Log-Of: ${wireName(name)}`] })
  const { answers } = await runExchange(port, exchange, { '{probe}': reportName })
  return Array.isArray(answers[0]?.body)
    ? (answers[0].body as string[])
    : ['the log could not be read']
}

type Exchanged = Omit<Outcome, 'log'>

/**
 * `ending` is one of: `complete`; `cut` (closed amid an answer); `no answer` (closed before one);
 * `left` (the client went away, as told); `silent` (still open at the deadline).
 */
async function runExchange(
  port: number,
  exchange: Exchange,
  names: Record<string, string>,
): Promise<Exchanged> {
  const connection = new Connection(port)
  let ending: string | undefined
  for (const step of exchange.steps) {
    await connection.take(step, names)
    if (step.do === 'destroy') ending = 'left'
  }
  if (ending === undefined) {
    await connection.until(
      (bytes, closed) => closed || parseAnswers(bytes, exchange.methods, closed).whole,
    )
    await Promise.race([connection.closed, delay(grace)])
  }
  // What else had come when the client left is a matter of timing.
  const bytes =
    ending === 'left' ? connection.bytes.subarray(0, connection.awaited) : connection.bytes
  const { answers, whole, surplus } = parseAnswers(bytes, exchange.methods, connection.isClosed)
  ending ??= whole
    ? 'complete'
    : !connection.isClosed
      ? 'silent'
      : answers.length > 0
        ? 'cut'
        : 'no answer'
  connection.socket.destroy()
  return { answers, ending, surplus }
}

class Connection {
  readonly socket: net.Socket
  readonly closed: Promise<void>
  readonly #deadline: number
  bytes: Buffer = Buffer.alloc(0)
  isClosed = false
  /** Where the last text that a step waited for ends. */
  awaited: number | undefined
  #changed: () => void = () => {}

  constructor(port: number) {
    this.#deadline = Date.now() + deadline
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    this.socket.on('data', (part: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, part])
      this.#changed()
    })
    // A reset and a polite close are the same to whoever has not got the whole answer.
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      const close = (): void => {
        this.isClosed = true
        this.#changed()
        resolve()
      }
      this.socket.on('end', close)
      this.socket.on('close', close)
    })
  }

  async take(step: Step, names: Record<string, string>): Promise<void> {
    if (step.do === 'pause') await delay(step.milliseconds)
    else if (step.do === 'await') await this.untilText(step.text)
    else if (step.do === 'half-close') this.socket.end()
    else if (step.do === 'destroy') this.socket.resetAndDestroy()
    else if (step.do === 'stop reading') this.socket.pause()
    else if (step.do === 'read on') this.socket.resume()
    else {
      let text = step.text
      for (const [placeholder, value] of Object.entries(names))
        text = text.replaceAll(placeholder, value)
      if (!this.socket.destroyed) this.socket.write(Buffer.from(text, 'latin1'))
    }
  }

  async untilText(text: string): Promise<void> {
    await this.until((bytes, closed) => closed || bytes.includes(text))
    const at = this.bytes.indexOf(text)
    if (at !== -1) this.awaited = at + text.length
  }

  /** Waits until something holds of what was received, or until the deadline. */
  async until(holds: (bytes: Buffer, closed: boolean) => boolean): Promise<void> {
    while (!holds(this.bytes, this.isClosed)) {
      const rest = this.#deadline - Date.now()
      if (rest <= 0) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#changed = resolve
        timer = setTimeout(resolve, rest)
      })
      clearTimeout(timer)
    }
  }
}
