import { statement } from '../statement.ts'
import { answerOf, type ExchangeRow } from './run-context.ts'

const family = 'conversation-summary'

export interface SummaryRow {
  readonly conversation_id: string
  readonly summary: string | null
  /** The last run that it is about. */
  readonly summary_run_id: string | null
  readonly summary_version: number
}

/** Of the run's conversation; none where it was deleted. */
export const readSummary = statement<
  [workspaceId: string, runId: string],
  SummaryRow & { conversation_id: string }
>(
  family,
  'read',
  `SELECT conversation.id AS conversation_id, summary, summary_run_id, summary_version
   FROM run JOIN conversation ON conversation.id = run.conversation_id
   WHERE run.workspace_id = $1::uuid AND run.id = $2::uuid`,
)

/** The answered questions after one run (null: from the first) up to another, oldest first. */
export const readExchanges = statement<
  [
    workspaceId: string,
    conversationId: string,
    after: string | null,
    upTo: string,
    limit: number,
    characters: number,
  ],
  ExchangeRow & { id: string }
>(
  family,
  'read-exchanges',
  `SELECT id, left(question, $6) AS question, ${answerOf('run', '$6')} AS answer FROM run
   WHERE workspace_id = $1::uuid AND conversation_id = $2::uuid AND status = 'COMPLETED'
     AND ($3::uuid IS NULL OR id > $3::uuid) AND id <= $4::uuid
   ORDER BY id LIMIT $5`,
)

/** Nothing where a document that it may be about was deleted since `version` was read. */
export const storeSummary = statement<
  [workspaceId: string, conversationId: string, version: number, summary: string, upToRunId: string],
  { id: string }
>(
  family,
  'store',
  `UPDATE conversation SET summary = $4, summary_run_id = $5::uuid
   WHERE workspace_id = $1::uuid AND id = $2::uuid AND summary_version = $3
     AND (summary_run_id IS NULL OR summary_run_id < $5::uuid) RETURNING id`,
)
