import { setImmediate } from 'node:timers/promises'

/** What the streams of others may wait for at a time. */
const sliceMs = 3

/** Takes the steps of long work to their end, and lets the process do other things after each 3 ms of them. */
export async function inTurns<T>(work: Iterator<unknown, T>): Promise<T> {
  for (let began = performance.now(); ; ) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() - began < sliceMs) continue
    await setImmediate()
    began = performance.now()
  }
}
