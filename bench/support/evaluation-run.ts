import { readFile } from 'node:fs/promises'

/** In the order of a query's saved scores and of the tables' columns. */
export const measures = ['nDCG@10', 'MRR@10', 'R@5', 'R@10', 'R@100'] as const
export type Measure = (typeof measures)[number]

/** What one configuration scored on one set. */
export interface EvaluationRun {
  readonly set: string
  /** The mode that was asked for, and the server where there are several. */
  readonly configuration: string
  /** A query's id and its scores in the order of `measures`. Pairs, because an id may be any string. */
  readonly scores: readonly (readonly [query: string, scores: readonly number[]])[]
}

/** Every query's score in one measure, by its id. */
export function scoresOf(run: EvaluationRun, measure: Measure): Map<string, number> {
  const at = measures.indexOf(measure)
  return new Map(run.scores.map(([query, scores]) => [query, scores[at] ?? 0]))
}

/**
 * The runs that `npm run eval -- --json <file>` saved.
 * @throws Error that names the file where it is not one
 */
export async function readRuns(file: string): Promise<EvaluationRun[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} cannot be read`)
  })
  const refusal = new Error(`${file} is not what --json of this program writes`)
  let saved: unknown
  try {
    saved = JSON.parse(text)
  } catch {
    throw refusal
  }
  const { runs } = Object(saved) as { runs?: unknown }
  if (!Array.isArray(runs) || runs.length === 0 || !runs.every(isRun)) throw refusal
  return runs
}

function isRun(value: unknown): value is EvaluationRun {
  const { set, configuration, scores } = Object(value) as Record<string, unknown>
  return (
    typeof set === 'string' &&
    typeof configuration === 'string' &&
    Array.isArray(scores) &&
    scores.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string' && isScores(entry[1]))
  )
}

function isScores(value: unknown): boolean {
  return Array.isArray(value) && value.length === measures.length && value.every(Number.isFinite)
}
