/** How a request ended, as far as the gate is concerned. `overloaded`: the upstream wants fewer of them. */
export type GateVerdict =
  | { readonly kind: 'ok' | 'failed' }
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number | null }

export interface GatePlace {
  /** Gives the place back; only the first call counts. */
  leave(verdict: GateVerdict): void
}

/** How many requests may be under way at once, as the upstream bears it. */
export interface AdaptiveGate {
  readonly allowed: number
  /** Resolves when a place is free, in the order of asking. Rejects with the signal's reason when it aborts first. */
  enter(signal: AbortSignal): Promise<GatePlace>
}

export interface AdaptiveGateOptions {
  /** What it begins with and rises to. */
  readonly places: number
  /** Nobody enters for so long after an overload that names no time; doubles with each in a row, with jitter. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** A longer Retry-After does not hold the others back. */
  readonly maxHoldMs: number
  readonly onChange?: (allowed: number) => void
  readonly random?: () => number
}

/** Successes in a row, for each request that is allowed, until one more is. */
const patience = 2

/**
 * Additive increase, multiplicative decrease, as TCP finds its rate (RFC 5681): an overload halves what is allowed and
 * holds everybody back for a while, a streak of successes allows one more.
 */
export function createAdaptiveGate(options: AdaptiveGateOptions): AdaptiveGate {
  const { places, random = Math.random } = options
  let allowed = places
  let inside = 0
  let streak = 0
  let overloads = 0
  let decreases = 0
  let heldUntil = 0
  let timer: NodeJS.Timeout | undefined
  const waiting = new Set<() => void>()

  const allow = (next: number) => {
    if (next === allowed) return
    allowed = next
    options.onChange?.(allowed)
  }
  const admit = () => {
    clearTimeout(timer)
    for (const enter of waiting) {
      const hold = heldUntil - performance.now()
      if (hold > 0) timer = setTimeout(admit, Math.ceil(hold))
      if (hold > 0 || inside >= allowed) return
      waiting.delete(enter)
      enter()
    }
  }
  const slowDown = (retryAfterMs: number | null, since: number) => {
    const ceiling = Math.min(options.maxBackoffMs, options.backoffMs * 2 ** overloads)
    const hold = Math.min(options.maxHoldMs, retryAfterMs ?? ceiling / 2 + (ceiling / 2) * random())
    heldUntil = Math.max(heldUntil, performance.now() + hold)
    streak = 0
    // Those that went out together are refused together, and that is one overload.
    if (since !== decreases) return
    decreases += 1
    overloads = Math.min(overloads + 1, 30)
    allow(Math.max(1, Math.floor(allowed / 2)))
  }
  const speedUp = () => {
    overloads = 0
    streak += 1
    if (streak < allowed * patience) return
    streak = 0
    allow(Math.min(places, allowed + 1))
  }
  const take = (): GatePlace => {
    inside += 1
    const since = decreases
    let left = false
    return {
      leave(verdict) {
        if (left) return
        left = true
        inside -= 1
        if (verdict.kind === 'ok') speedUp()
        else if (verdict.kind === 'overloaded') slowDown(verdict.retryAfterMs, since)
        admit()
      },
    }
  }

  return {
    get allowed() {
      return allowed
    },
    enter(signal) {
      const entered = Promise.withResolvers<GatePlace>()
      if (signal.aborted) {
        entered.reject(signal.reason)
        return entered.promise
      }
      const onAbort = () => {
        waiting.delete(enter)
        // The timer waits for those who wait; without any it would only keep the process.
        if (waiting.size === 0) clearTimeout(timer)
        entered.reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener('abort', onAbort)
        entered.resolve(take())
      }
      waiting.add(enter)
      signal.addEventListener('abort', onAbort, { once: true })
      admit()
      return entered.promise
    },
  }
}
