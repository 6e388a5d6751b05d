import type { Pace } from './paced-answer.ts'

/** How a client gets its stream; `direct` asks the upstream itself, which is the floor. */
export const transports = ['ws', 'sse', 'direct'] as const
export type Transport = (typeof transports)[number]

export interface StreamLoad extends Omit<Pace, 'stream'> {
  /** Open at a time. */
  readonly streams: number
  /** Over which the first ones are started. */
  readonly rampMs: number
  /** For how long another stream is started where one has ended. */
  readonly repeatMs: number
  /** Cuts all connections at once so long after the ramp; the clients reconnect and resume at once. */
  readonly cutAfterMs?: number
}

/** Sent to the client process. */
export interface StreamOrder extends StreamLoad {
  readonly transport: Transport
  /** Of /graphql, or the upstream's base URL. */
  readonly url: string
  /** Number of the first stream. */
  readonly firstStream: number
}

/** One stream as its client saw it; times on the machine's monotonic clock, in milliseconds. */
export interface StreamRecord {
  readonly stream: number
  readonly sent: number
  /** When text came. */
  readonly times: readonly number[]
  /** How long the answer was then. */
  readonly lengths: readonly number[]
  /** From the cut until it had its next event: NaN where there was none. */
  readonly resumedMs: number
  /** Why it is not whole. */
  readonly failure: string | null
}

/** Sent back. */
export type StreamReport =
  /** Every stream has had its first text. */
  | { readonly type: 'open' }
  | {
      readonly type: 'done'
      readonly records: readonly StreamRecord[]
      /** Processor time of the client, in seconds. */
      readonly used: number
      readonly seconds: number
    }
