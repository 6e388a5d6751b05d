import { delay } from '../../lib/delay.ts'
import type { AdaptiveGate, GatePlace } from './adaptive-gate.ts'
import { type Address, pickAddress } from './address.ts'
import { CircuitState } from './circuit.ts'

/** What an attempt waits for before it begins. */
export interface AdmissionPolicy {
  /** Each attempt takes a place for its time. The work must be over when it resolves: no stream. @default none */
  readonly gate?: AdaptiveGate
  /**
   * How long to wait in one go for a circuit to close, milliseconds, before the call fails. Such a wait is no
   * attempt. @default none: to find every circuit open is an attempt that failed
   */
  readonly circuitPatienceMs?: number
}

export interface AdmissionContext {
  readonly addresses: readonly Address[]
  readonly tried: ReadonlySet<Address>
  readonly nextTurn: () => number
  /** How often to look whether a probe has ended. */
  readonly pollMs: number
}

/**
 * An address to ask, with a place in the gate; null where the circuits of all stay open for longer than the policy
 * waits. Rejects with the signal's reason when it aborts.
 */
export async function admit(
  { addresses, tried, nextTurn, pollMs }: AdmissionContext,
  { gate, circuitPatienceMs = 0 }: AdmissionPolicy,
  signal: AbortSignal,
): Promise<{ readonly address: Address; readonly place: GatePlace | undefined } | null> {
  let shutSince: number | null = null
  for (;;) {
    const place = await gate?.enter(signal)
    const address = signal.aborted ? null : pickAddress(addresses, tried, nextTurn())
    if (address !== null) return { address, place }
    // A place is for who is being answered, not for who waits.
    place?.leave({ kind: 'failed' })
    signal.throwIfAborted()

    const now = performance.now()
    shutSince ??= now
    const wait = Math.min(...addresses.map((each) => untilAdmission(each, pollMs)))
    // Not when it is over: whoever would wait in vain fails at once.
    if (now + wait - shutSince > circuitPatienceMs) return null
    await delay(wait, signal).catch(() => signal.throwIfAborted())
  }
}

function untilAdmission({ circuit }: Address, pollMs: number): number {
  return circuit.state === CircuitState.Open ? Math.max(1, circuit.opensInMs) : Math.max(1, pollMs)
}
