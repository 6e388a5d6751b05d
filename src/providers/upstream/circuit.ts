/** The values are those of groundwire_upstream_state. */
export const CircuitState = { Closed: 0, HalfOpen: 1, Open: 2 } as const
export type CircuitState = (typeof CircuitState)[keyof typeof CircuitState]

/** One request's way through the circuit. Only the first of succeed, fail and leave counts. */
export interface Passage {
  /** The address works, though the request goes on: a probe closes the circuit before its stream has ended. */
  answered(): void
  succeed(): void
  fail(): void
  /** The caller gave up: says nothing about the address. */
  leave(): void
}

export interface Circuit {
  readonly state: CircuitState
  /** Whether a request may go out now: closed, or open for long enough that one may probe. */
  admits(): boolean
  /** Milliseconds until one may probe; 0 where requests are admitted, and while a probe is under way. */
  readonly opensInMs: number
  enter(): Passage
  /** Something else says that the address is back: an open circuit need not wait longer for its probe. */
  probeNow(): void
}

export interface CircuitOptions {
  readonly failuresToOpen: number
  readonly openMs: number
  readonly maxOpenMs: number
  readonly onChange?: (state: CircuitState) => void
  readonly now?: () => number
}

/**
 * Not cockatiel's: that one holds the requests that come during a probe until the probe has ended, which for a
 * stream is minutes, and takes an aborted probe for a success.
 */
export function createCircuit(options: CircuitOptions): Circuit {
  const now = options.now ?? (() => performance.now())
  let state: CircuitState = CircuitState.Closed
  let failures = 0
  let openings = 0
  let probeAt = 0

  const change = (to: CircuitState) => {
    if (state === to) return
    state = to
    options.onChange?.(to)
  }
  const close = () => {
    failures = 0
    openings = 0
    change(CircuitState.Closed)
  }
  const open = () => {
    probeAt = now() + Math.min(options.maxOpenMs, options.openMs * 2 ** openings)
    openings += 1
    change(CircuitState.Open)
  }

  return {
    get state() {
      return state
    },
    get opensInMs() {
      return state === CircuitState.Open ? Math.max(0, probeAt - now()) : 0
    },
    admits: () => state === CircuitState.Closed || (state === CircuitState.Open && now() >= probeAt),
    probeNow() {
      if (state === CircuitState.Open) probeAt = now()
    },
    enter() {
      let probing = state !== CircuitState.Closed
      let settled = false
      if (probing) change(CircuitState.HalfOpen)

      const answered = () => {
        if (probing) close()
        probing = false
      }
      const settle = (verdict: () => void) => () => {
        if (settled) return
        settled = true
        verdict()
      }
      return {
        answered,
        succeed: settle(() => {
          answered()
          // What was under way when the circuit opened does not close it: only a probe does.
          if (state === CircuitState.Closed) failures = 0
        }),
        fail: settle(() => {
          if (probing) open()
          else if (state === CircuitState.Closed) {
            failures += 1
            if (failures >= options.failuresToOpen) open()
          }
        }),
        leave: settle(() => {
          if (probing) change(CircuitState.Open)
        }),
      }
    },
  }
}
