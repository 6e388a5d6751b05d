import { statement } from '../statement.ts'

const family = 'run-context'

/** What a run was asked; none where it was deleted. */
export const readQuestion = statement<
  [runId: string],
  { conversation_id: string; question: string; input: unknown }
>(family, 'question', 'SELECT conversation_id, question, input FROM run WHERE id = $1::uuid')

/** The last answered questions of a run's conversation before it, newest first. */
export const readHistory = statement<
  [workspaceId: string, runId: string, limit: number],
  { question: string; answer: string }
>(
  family,
  'history',
  `SELECT earlier.question, earlier.answer ->> 'text' AS answer
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
