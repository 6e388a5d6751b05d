import type { Address } from './address.ts'
import { isFull, waitingAt } from './address-load.ts'
import type { Occupancy } from './admission.ts'

export interface Saturation {
  /** A call succeeded, and took so long. */
  took(ms: number): void
  /** Upstream.retryAfterSeconds */
  retryAfterSeconds(pending: number): number | null
}

const longestSeconds = 30
/** Before the first answer nothing is known of their length. */
const firstGuessMs = 5_000
/** What the newest answer adds to the mean. */
const share = 0.1

/** Whether the addresses have room, and when they are likely to: from their queues and the time that answers take. */
export function createSaturation(
  addresses: readonly Address[],
  occupancy: Occupancy | undefined,
): Saturation {
  let meanMs = firstGuessMs

  /** Milliseconds until a place is likely to be free: the queue before it, at the rate at which answers end. */
  const untilRoom = (address: Address, now: number): number => {
    if (now < address.pausedUntil) return address.pausedUntil - now
    const served = Math.max(1, address.report?.running ?? 0, address.inFlight)
    return (meanMs / served) * Math.max(1, waitingAt(address))
  }

  return {
    took(ms) {
      meanMs += share * (ms - meanMs)
    },
    retryAfterSeconds(pending) {
      if (!occupancy) return null
      const { maxInFlight } = occupancy
      const now = performance.now()
      const reachable = addresses.filter(({ circuit, health }) => circuit.admits() && health !== 'down')
      if (reachable.length === 0) return null
      const full = reachable.every((address) => isFull(address, maxInFlight, now))
      if (!full && pending < reachable.length * maxInFlight) return null
      const soonest = Math.min(...reachable.map((address) => untilRoom(address, now)))
      return Math.min(longestSeconds, Math.max(1, Math.ceil(soonest / 1_000)))
    },
  }
}
