/** Long enough for one statement to serve all that leave with one connection, or one process. */
const collectMs = 20

export interface Leavings {
  add(runId: string): void
}

/** Says together of which runs the last follower has just left: the grace period counts from then. */
export function createLeavings(say: (runIds: readonly string[]) => Promise<unknown>): Leavings {
  let left = new Set<string>()
  return {
    add(runId) {
      if (left.size === 0) {
        setTimeout(() => {
          const runIds = [...left]
          left = new Set()
          // Where it fails, the period counts from when they were last seen, a second before.
          say(runIds).catch(() => {})
        }, collectMs).unref()
      }
      left.add(runId)
    },
  }
}
