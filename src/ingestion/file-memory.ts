import { createSemaphore } from '../lib/semaphore.ts'

/** Bytes from which on a file waits for its turn. */
const large = 4 * 1024 * 1024
/** Large files in memory at a time, of all callers together. */
const turns = createSemaphore(2)
const never = new AbortController().signal

/**
 * Runs `work`, which reads a file of so many bytes and lets go of them at its end. However many calls come at
 * a time, few large files are in memory. `work` does not ask for another turn, nor does anything that it could wait
 * for: a transaction begins in its turn.
 */
export function holdingFile<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  return bytes < large ? work() : turns.run(never, work)
}
