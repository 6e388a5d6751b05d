import { comparePaired, type SignificanceOptions } from '../significance.ts'
import { type EvaluationRun, type Measure, scoresOf } from './evaluation-run.ts'
import type { Table } from './report.ts'

export interface RunPair {
  readonly baseline: EvaluationRun
  readonly candidate: EvaluationRun
}

/**
 * The runs of two files that are about the same: one set in one configuration, or, where each file has but one of a
 * set, that one, whatever it is called.
 * @throws Error where they have nothing in common
 */
export function pairRuns(before: readonly EvaluationRun[], after: readonly EvaluationRun[]): RunPair[] {
  const pairs = after.flatMap((candidate): RunPair[] => {
    const [baselines, candidates] = [before, after].map((runs) =>
      runs.filter(({ set }) => set === candidate.set),
    )
    const same = baselines?.find(({ configuration }) => configuration === candidate.configuration)
    const only = baselines?.length === 1 && candidates?.length === 1 ? baselines[0] : undefined
    const baseline = same ?? only
    return baseline ? [{ baseline, candidate }] : []
  })
  if (pairs.length === 0) throw new Error('The two files have no set in common')
  return pairs
}

/** The first configuration of each set against each of its others. */
export function againstFirst(runs: readonly EvaluationRun[]): RunPair[] {
  const firsts = new Map<string, EvaluationRun>()
  return runs.flatMap((candidate): RunPair[] => {
    const baseline = firsts.get(candidate.set)
    if (baseline) return [{ baseline, candidate }]
    firsts.set(candidate.set, candidate)
    return []
  })
}

/** A row a pair. @throws Error where a pair has no query in common */
export function comparisonTable(
  pairs: readonly RunPair[],
  measure: Measure,
  options: SignificanceOptions,
): Table {
  const rows = pairs.map(({ baseline, candidate }) => {
    const [before, after] = [scoresOf(baseline, measure), scoresOf(candidate, measure)]
    const both = [...after.keys()].filter((query) => before.has(query))
    if (both.length === 0) throw new Error(`${candidate.set}: the two runs have no query in common`)
    const [first, second] = [before, after].map((scores) => both.map((query) => scores.get(query) ?? 0))
    const { difference, interval, p, wins, ties, losses } = comparePaired(first ?? [], second ?? [], options)
    const apart = before.size + after.size - 2 * both.length
    return [
      candidate.set,
      `${candidate.configuration} − ${baseline.configuration}`,
      apart > 0 ? `${both.length} (${apart} in one only)` : both.length,
      average(first ?? []),
      average(second ?? []),
      signed(difference),
      `${signed(interval[0])} to ${signed(interval[1])}`,
      p < 0.0001 ? '< 0.0001' : p.toFixed(4),
      `${wins} / ${ties} / ${losses}`,
    ]
  })
  return {
    columns: [
      'set',
      'compared',
      'queries',
      'before',
      'after',
      'difference',
      '95 %',
      'p',
      'wins / ties / losses',
    ],
    rows,
  }
}

const average = (scores: readonly number[]) =>
  (scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(4)

/** With a sign, and a minus that is as wide as the plus. A difference that rounds to nothing has none. */
function signed(value: number): string {
  const digits = Math.abs(value).toFixed(4)
  if (Number(digits) === 0) return digits
  return `${value > 0 ? '+' : '−'}${digits}`
}
