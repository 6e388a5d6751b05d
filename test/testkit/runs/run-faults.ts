import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import { answerText } from '../../../clients/typescript/answer-text.ts'
import type { Data } from '../app/session.ts'
import type { Observer } from '../chaos/observer.ts'
import type { PacedModel } from './paced-model.ts'

export interface Followed {
  readonly question: string
  /** What each follower of the run saw, from its first event. */
  readonly followers: readonly (readonly Data[])[]
}

const terminal: ReadonlySet<string> = new Set(['RunCompleted', 'RunFailed', 'RunCancelled'])

/**
 * What does not hold of a run that had to be completed, whatever happened to processes meanwhile: one run, a log
 * without gaps that ends once, followers who saw just that, and the text of the model's last attempt.
 */
export async function runFaults(
  observer: Observer,
  model: PacedModel,
  followed: Followed,
): Promise<string[]> {
  const { question, followers } = followed
  const { log, runs } = await observer.see((pool) => stored(pool, question))
  const [run] = runs
  const attempts = model.attempts(question)
  const final = attempts.at(-1)
  const text = final?.text
  const checks: readonly (readonly [string, unknown, unknown])[] = [
    ['runs', runs.length, 1],
    ['status', run?.status, 'COMPLETED'],
    [`failure after ${run?.takeovers} takeovers`, run?.failure, null],
    ['seqs', log.map(({ seq }) => seq), log.map((_, index) => index + 1)],
    ['last events', log.filter(({ type }) => terminal.has(type)), log.slice(-1)],
    ['the last attempt was sent to its end', final?.complete, true],
    ['the answer', run?.answer?.text, text],
    ['is grounded', run?.answer?.grounded, true],
    ...followers.flatMap((events, index) => {
      const who = `follower ${index + 1}`
      return [
        ...differences(`${who}: its log`, events.map(rowOf).map(lostAs(log)), log),
        [`${who}: its text`, events.slice(0, -1).reduce(answerText, ''), text],
        [`${who}: the run's text`, events.at(-1)?.run?.answer?.text, text],
      ] as const
    }),
  ]
  return checks
    .filter(([, is, wanted]) => !isDeepStrictEqual(is, wanted))
    .map(
      ([what, is, wanted]) => `${question} ${what}: ${JSON.stringify(is)} is not ${JSON.stringify(wanted)}`,
    )
}

/** Their lengths, and where they differ first. */
function differences(what: string, is: readonly Row[], wanted: readonly Row[]): [string, unknown, unknown][] {
  const at = is.findIndex((row, index) => !isDeepStrictEqual(row, wanted[index]))
  return [
    [`${what} is as long`, is.length, wanted.length],
    [`${what} at ${at + 1}`, at < 0 ? [] : is.slice(at, at + 3), at < 0 ? [] : wanted.slice(at, at + 3)],
  ]
}

/**
 * What a follower saw and the database lost together with the process that held it: in its place the log has deltas
 * without text, which no model sends, and behind what anybody can have seen a reset.
 */
function lostAs(log: readonly Row[]): (seen: Row, index: number) => Row {
  const isBlank = (row: Row) => row.type === 'AnswerDelta' && row.text === ''
  return (seen, index) => {
    const row = log[index]
    const end = log.slice(index).find((each) => !isBlank(each))
    const isLost = end?.type === 'AnswerReset' && end.text?.startsWith('The database lost the end')
    return row && isLost && (row === end || isBlank(row)) ? row : seen
  }
}

/** The log as it is stored. */
interface Row {
  readonly seq: number
  readonly type: string
  /** Of a delta, or the reason of a reset. */
  readonly text: string | null
}

interface RunRow {
  readonly id: string
  readonly status: string
  readonly answer: { readonly text: string; readonly grounded: boolean } | null
  readonly failure: object | null
  readonly takeovers: number
}

async function stored(pool: pg.Pool, question: string): Promise<{ log: Row[]; runs: RunRow[] }> {
  const { rows: runs } = await pool.query<RunRow>(
    'SELECT id, status, answer, failure, takeovers FROM run WHERE question = $1',
    [question],
  )
  const { rows: log } = await pool.query<Row>(
    `SELECT seq, type, coalesce(payload ->> 'text', payload ->> 'reason') AS text
     FROM run_event WHERE run_id = ANY ($1) ORDER BY run_id, seq`,
    [runs.map(({ id }) => id)],
  )
  return { log, runs }
}

function rowOf({ seq, __typename, text, reason }: Data): Row {
  return { seq, type: __typename, text: text ?? reason ?? null }
}
