import { delay } from '../../lib/delay.ts'
import type { AdaptiveGate, GatePlace } from './adaptive-gate.ts'
import type { Address } from './address.ts'
import { CircuitState } from './circuit.ts'
import { pickAddress } from './pick-address.ts'
import type { Waiter, WaitingLine } from './waiting-line.ts'

/** What an attempt waits for before it begins. */
export interface AdmissionPolicy {
  /** Each attempt takes a place for its time. The work must be over when it resolves: no stream. @default none */
  readonly gate?: AdaptiveGate
  /**
   * How long to wait in one go for a circuit to close, milliseconds, before the call fails. Such a wait is no
   * attempt. @default none: to find every circuit open is an attempt that failed
   */
  readonly circuitPatienceMs?: number
  /** Calls with the same key go to the same address while that has room. @default wherever the fewest are */
  readonly affinity?: string | undefined
}

/** How much the addresses take, and how long a call waits for a place. */
export interface Occupancy {
  /** Requests that one address may have at once. */
  readonly maxInFlight: number
  /** Milliseconds; then the call fails. Such a wait is no attempt. */
  readonly patienceMs: number
}

export interface AdmissionContext {
  readonly addresses: readonly Address[]
  readonly tried: ReadonlySet<Address>
  readonly nextTurn: () => number
  /** How often to look whether a probe has ended. */
  readonly pollMs: number
  /** Without it no address is ever full. */
  readonly occupancy: Occupancy | undefined
  readonly line: WaitingLine
}

export interface Admission {
  /** One of its places is taken for this call: whoever ends the call gives it back. */
  readonly address: Address
  readonly place: GatePlace | undefined
}

/** How often to look again though nobody told of a place: pauses end by themselves. */
const lookMs = 250

/**
 * An address to ask, with a place there and in the gate; `shut` where the circuits of all stay open for longer than the
 * policy waits, `full` where none had room in time. Rejects with the signal's reason when it aborts.
 */
export async function admit(
  context: AdmissionContext,
  policy: AdmissionPolicy,
  signal: AbortSignal,
): Promise<Admission | 'shut' | 'full'> {
  const { addresses, pollMs, occupancy, line } = context
  let shutSince: number | null = null
  let fullSince: number | null = null
  /** Keeps its turn from one look to the next. */
  let waiter: Waiter | null = null
  try {
    for (;;) {
      const place = await policy.gate?.enter(signal)
      const isNext = waiter ? waiter.isNext : line.isEmpty
      const address = signal.aborted || !isNext ? null : take(context, policy)
      if (address) return { address, place }
      // A place is for who is being answered, not for who waits.
      place?.leave({ kind: 'failed' })
      signal.throwIfAborted()

      const now = performance.now()
      if (addresses.some(({ circuit }) => circuit.admits())) {
        fullSince ??= now
        const left = fullSince + (occupancy?.patienceMs ?? 0) - now
        if (left <= 0) return 'full'
        waiter ??= line.join()
        await waiter.wait(Math.min(left, lookMs), signal)
        continue
      }
      // Who waits for a circuit is not to keep those behind from what opens meanwhile.
      waiter?.[Symbol.dispose]()
      waiter = null
      shutSince ??= now
      const wait = Math.min(...addresses.map((each) => untilAdmission(each, pollMs)))
      // Not when it is over: whoever would wait in vain fails at once.
      if (now + wait - shutSince > (policy.circuitPatienceMs ?? 0)) return 'shut'
      await delay(wait, signal).catch(() => signal.throwIfAborted())
    }
  } finally {
    waiter?.[Symbol.dispose]()
  }
}

function take({ addresses, tried, nextTurn, occupancy }: AdmissionContext, { affinity }: AdmissionPolicy) {
  const address = pickAddress(addresses, { tried, turn: nextTurn(), affinity, ...occupancy })
  // Here, not when the request is made: until then others would count on the same place.
  if (address) address.inFlight += 1
  return address
}

function untilAdmission({ circuit }: Address, pollMs: number): number {
  return circuit.state === CircuitState.Open ? Math.max(1, circuit.opensInMs) : Math.max(1, pollMs)
}
