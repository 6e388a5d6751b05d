import type { ChatEvent, Runs } from '../../src/runs/runs.ts'

/** Runs that are followed to these events, and how they were followed. */
export function followed(events: readonly ChatEvent[]): { runs: Runs; calls: unknown[][] } {
  const calls: unknown[][] = []
  const runs = {
    async *follow(_caller, id, afterSeq) {
      calls.push([id, afterSeq])
      yield* events
    },
  } satisfies Partial<Runs>
  return { runs: runs as unknown as Runs, calls }
}
