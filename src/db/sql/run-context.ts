import { statement } from '../statement.ts'

const family = 'run-context'

export interface ExchangeRow {
  readonly id: string
  readonly question: string
  /** Null where it quoted a document that was deleted since. */
  readonly answer: string | null
}

/** An answer's beginning, for a model to read. Its text may hold the words of what it quotes, so it goes with that. */
export function answerOf(run: string, characters: string): string {
  return `CASE WHEN NOT EXISTS (SELECT FROM run_citation WHERE run_id = ${run}.id AND chunk_id IS NULL)
     THEN left(${run}.answer ->> 'text', ${characters}) END`
}

/** What a run was asked; none where it was deleted. */
export const readQuestion = statement<
  [runId: string],
  { conversation_id: string; question: string; input: unknown }
>(family, 'question', 'SELECT conversation_id, question, input FROM run WHERE id = $1::uuid')

/** The last answered questions of a run's conversation before it, newest first; no more than the beginning of each text. */
export const readHistory = statement<
  [workspaceId: string, runId: string, limit: number, characters: number],
  ExchangeRow & { id: string }
>(
  family,
  'history',
  `SELECT earlier.id, left(earlier.question, $4) AS question, ${answerOf('earlier', '$4')} AS answer
   FROM run JOIN run AS earlier ON earlier.conversation_id = run.conversation_id AND earlier.id < run.id
   WHERE run.workspace_id = $1::uuid AND run.id = $2::uuid AND earlier.status = 'COMPLETED'
   ORDER BY earlier.id DESC LIMIT $3`,
)

export const readTitles = statement<
  [workspaceId: string, documentIds: readonly string[]],
  { id: string; title: string }
>(family, 'titles', 'SELECT id, title FROM document WHERE workspace_id = $1::uuid AND id = ANY ($2::uuid[])')

/** Passages as they are stored. */
export const readTexts = statement<
  [workspaceId: string, chunkIds: readonly string[]],
  { id: string; text: string; start: number }
>(
  family,
  'texts',
  'SELECT id, text, start FROM chunk WHERE workspace_id = $1::uuid AND id = ANY ($2::uuid[])',
)
