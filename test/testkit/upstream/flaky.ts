import { setImmediate } from 'node:timers/promises'
import type { Behaviour } from './fake-call.ts'

/** Fails for the given share of requests, in one of the given ways. */
export function flaky(
  random: () => number,
  share: number,
  failures: readonly Behaviour[],
  otherwise: Behaviour,
): Behaviour {
  return (call) => {
    const failure = failures[Math.floor(random() * failures.length)]
    return (random() < share && failure ? failure : otherwise)(call)
  }
}

/** How many requests the server has taken and not begun to answer: what it sees of them at once. */
export function countInFlight() {
  let now = 0
  let most = 0
  return {
    get most() {
      return most
    },
    around(behaviour: Behaviour): Behaviour {
      return async (call) => {
        now += 1
        most = Math.max(most, now)
        // Lets those that were sent beside it arrive.
        await setImmediate()
        now -= 1
        await behaviour(call)
      }
    },
  }
}
