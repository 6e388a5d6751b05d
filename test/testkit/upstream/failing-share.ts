import { seededRandom } from '../chaos/random.ts'
import type { Behaviour } from './fake-call.ts'

export interface Failing {
  readonly name: string
  /** Of all requests, from 0 to 1. */
  readonly share: number
  readonly behaviour: Behaviour
}

/** Answers well, except for a seeded share of the requests. `failed` counts those, by name. */
export function flaky(
  good: Behaviour,
  failings: readonly Failing[],
  seed: number,
): { behaviour: Behaviour; failed: ReadonlyMap<string, number>; readonly total: number } {
  const random = seededRandom(seed)
  const failed = new Map<string, number>()
  let total = 0
  return {
    failed,
    get total() {
      return total
    },
    behaviour(call) {
      total += 1
      let drawn = random()
      for (const { name, share, behaviour } of failings) {
        if (drawn < share) {
          failed.set(name, (failed.get(name) ?? 0) + 1)
          return behaviour(call)
        }
        drawn -= share
      }
      return good(call)
    },
  }
}
