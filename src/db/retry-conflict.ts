/** Unique violation, foreign key violation, deadlock: what a transaction that others cross can end with. */
const conflicts = new Set<unknown>(['23505', '23503', '40P01'])

/**
 * Repeats a transaction that lost a race: another wrote the same row first, deleted one that it refers to, or
 * waited for it in a circle. It starts over, and finds what the other did.
 */
export async function retryConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= 5 || !conflicts.has((error as { code?: unknown }).code)) throw error
    }
  }
}
