import type { RunOptions } from './run-options.ts'

/**
 * Whether an expired lease tells that its process is dead. A database that was away let no one renew: whoever lives is
 * given the time to do so, and to write again what a crash took from the log.
 */
export interface LeaseTrust {
  readonly inExpiry: boolean
  /** For how long the database has answered again and again, milliseconds. */
  readonly unbrokenMs: number
  /** It has just answered. */
  heard(): void
}

export function createLeaseTrust({
  leaseMs,
  now = performance.now.bind(performance),
}: TrustOptions): LeaseTrust {
  let last: number | null = null
  let unbroken = now()
  let trustedFrom = Number.POSITIVE_INFINITY
  return {
    get inExpiry() {
      return now() >= trustedFrom
    },
    get unbrokenMs() {
      return last === null ? 0 : last - unbroken
    },
    heard() {
      const heard = now()
      if (last === null) {
        // What was before is not known. The living renew several times in half a lease, and what is given up waits.
        trustedFrom = heard + leaseMs / 2
        unbroken = heard
      } else if (heard - last > leaseMs / 2) {
        trustedFrom = heard + leaseMs
        unbroken = heard
      }
      last = heard
    },
  }
}

type TrustOptions = Pick<RunOptions, 'leaseMs'> & {
  /** Milliseconds. @default performance.now() */
  readonly now?: () => number
}
