/** How many follow each run in this process: an answer that nobody waits for is not finished. */
export interface Followers {
  enter(runId: string): Disposable
  has(runId: string): boolean
  runIds(): readonly string[]
}

/** `onLeft` hears of each run whose last follower here has left. */
export function createFollowers(onLeft: (runId: string) => void): Followers {
  const counts = new Map<string, number>()
  return {
    has: (runId) => counts.has(runId),
    runIds: () => [...counts.keys()],
    enter(runId) {
      counts.set(runId, (counts.get(runId) ?? 0) + 1)
      return {
        [Symbol.dispose]() {
          const left = (counts.get(runId) ?? 0) - 1
          if (left > 0) counts.set(runId, left)
          else if (counts.delete(runId)) onLeft(runId)
        },
      }
    },
  }
}
