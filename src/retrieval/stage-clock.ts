import type { Metrics } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/tracing.ts'
import { type Stage, type StageTimes, stages } from './explain.ts'

/** Tells the time of each stage of one retrieval: to the metrics, to a span, and to whoever asks. */
export interface StageClock {
  time<T>(stage: Stage, work: () => Promise<T>): Promise<T>
  /** For work too short for a span of its own. */
  timeSync<T>(stage: Stage, work: () => T): T
  times(): StageTimes
}

export function stageClock({ retrievalDuration }: Pick<Metrics, 'retrievalDuration'>): StageClock {
  const took = new Map<Stage, number>()
  const begin = (stage: Stage) => {
    const began = performance.now()
    return () => {
      const milliseconds = performance.now() - began
      took.set(stage, (took.get(stage) ?? 0) + milliseconds)
      retrievalDuration.observe({ stage }, milliseconds / 1_000)
    }
  }
  return {
    async time(stage, work) {
      const end = begin(stage)
      try {
        return await withSpan(`retrieval.${stage}`, {}, work)
      } finally {
        end()
      }
    },
    timeSync(stage, work) {
      const end = begin(stage)
      try {
        return work()
      } finally {
        end()
      }
    },
    times: () =>
      Object.fromEntries(stages.map((stage) => [stage, took.get(stage) ?? null])) as Record<
        Stage,
        number | null
      >,
  }
}
