/** What a probe is: bytes for a socket, and what a client saw of the answer. */

/** One thing the client does on its connection. Text is written byte for byte (latin1). */
export type Step =
  | { readonly do: 'write'; readonly text: string }
  | { readonly do: 'pause'; readonly milliseconds: number }
  | { readonly do: 'await'; readonly text: string }
  | { readonly do: 'stop reading' }
  | { readonly do: 'read on' }
  | { readonly do: 'half-close' }
  | { readonly do: 'destroy' }

/** The client's side of a probe: its steps, and the method of every answer it waits for. */
export interface Exchange {
  readonly steps: readonly Step[]
  readonly methods: readonly string[]
}

/** Adds an entry to the log that the client reads once the exchange is over. */
export type Recorder = (entry: string) => void

/** An HTTP answer as far as it came, framing already undone. */
export interface Answer {
  /** Informational (1xx) answers that came before. */
  interim: { status: number; headers: Record<string, string[]> }[]
  status: number
  reason: string
  headers: Record<string, string[]>
  body: unknown
  /** How many bytes of body there were. */
  length: number
  trailers: Record<string, string[]>
}

/** Everything a client saw of one exchange, and what the app wrote in its log. */
export interface Outcome {
  answers: Answer[]
  /** How it ended: see `client.ts`. */
  ending: string
  /** Bytes after the last awaited answer. */
  surplus: string
  log: string[]
}

/** How a probe departs from the usual: one connection, no log, compared as it came. */
export interface ProbeOptions {
  /** The log is read once an entry starts with this text (or after a deadline, when none does). */
  readonly until?: string
  /** Runs before the others, by itself: what is probed depends on how busy the server is. */
  readonly alone?: boolean
  /** As many connections at once; `{copy}` in the request becomes a number, of as many characters. */
  readonly copies?: number
  /** Compares a `Content-Length` even where Node chunks, as the app has taken part in that. */
  readonly framingMatters?: boolean
  /** Rewrites what neither server can be held to, such as the exact bytes of a gzip stream. */
  readonly normalise?: (outcome: Outcome) => Outcome
}

/** What is asked of a server, and how. */
export interface Question extends ProbeOptions {
  /** Unique; it travels in the `X-Probe` header. */
  readonly name: string
  readonly exchange: Exchange
}

/** The value of `X-Probe` that asks for a log, the probe's name being in `X-Log-Of`. */
export const reportName = 'report'

/** A probe's name as it travels in a header, which cannot hold every character. */
export const wireName = (name: string): string => encodeURIComponent(name)
