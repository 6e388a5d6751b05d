import type { Behaviour } from './fake-call.ts'
import type { Gate } from './gate.ts'

/** Holds the request at the gate, then answers it. */
export function gated(gate: Gate, behaviour: Behaviour): Behaviour {
  return async (call) => {
    if (await call.wait(gate.pass())) await behaviour(call)
  }
}
