import type { Address } from './address.ts'
import { isFull, loadOf } from './address-load.ts'
import { rankFor } from './rendezvous.ts'

export interface Wanted {
  /** Not asked again while there is another. */
  readonly tried: ReadonlySet<Address>
  /** Among equals the one that comes first after it, so that they take turns. @default 0 */
  readonly turn?: number
  /** Calls with the same key go to the same address, which holds what they have in common, as long as it has room. */
  readonly affinity?: string | undefined
  /** Requests that one address may have. @default no limit */
  readonly maxInFlight?: number
}

/** An address that is the key's may have a quarter and two more than the one with the fewest. */
const slackShare = 1.25
const slack = 2

/**
 * The address that suits the key, or the one with the fewest requests: among those that have room and that the
 * circuits admit, first those that this call has not tried, and of those the ones that are not known to be down.
 */
export function pickAddress(
  addresses: readonly Address[],
  { tried, turn = 0, affinity, maxInFlight = Number.POSITIVE_INFINITY }: Wanted,
): Address | null {
  const now = performance.now()
  const inTurn = addresses.map((_, i) => addresses[(i + turn) % addresses.length] as Address)
  const open = inTurn.filter((address) => address.circuit.admits() && !isFull(address, maxInFlight, now))
  const fresh = preferred(open, (address) => !tried.has(address))
  const candidates = preferred(fresh, ({ health }) => health !== 'down')
  const least = candidates.reduce<Address | null>(
    (best, address) => (best === null || loadOf(address) < loadOf(best) ? address : best),
    null,
  )
  if (least === null || affinity === undefined) return least
  const bound = loadOf(least) * slackShare + slack
  const ranked = rankFor(affinity, candidates, ({ label }) => label)
  return ranked.find((address) => loadOf(address) <= bound) ?? least
}

function preferred(addresses: readonly Address[], test: (address: Address) => boolean): readonly Address[] {
  const passing = addresses.filter(test)
  return passing.length > 0 ? passing : addresses
}
