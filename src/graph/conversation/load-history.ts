import type { Database } from '../../db/database.ts'
import { readSummary } from '../../db/sql/conversation-summary.ts'
import { readHistory } from '../../db/sql/run-context.ts'
import { chooseHistory, countWithin, type History, historyBudget, historyRead } from './history.ts'
import type { Summaries } from './summaries.ts'

/**
 * The conversation before a run: of its completed runs the newest, and what the stored summary tells of the others. What
 * will not be within the budget soon is summed up meanwhile, so that the summary is there when it is needed.
 */
export async function loadHistory(
  { pool }: Database,
  summaries: Summaries | null,
  workspaceId: string,
  runId: string,
): Promise<History> {
  const { exchanges: limit, characters } = historyRead
  const exchanges = await readHistory(pool, workspaceId, runId, limit, characters)
  const soonBeyond = exchanges[countWithin(exchanges, historyBudget.turns / 2)]
  if (!summaries || !soonBeyond) return chooseHistory(exchanges, null)
  const [stored] = await readSummary(pool, workspaceId, runId)
  if (stored && !(stored.summary_run_id !== null && stored.summary_run_id >= soonBeyond.id)) {
    summaries.refresh(workspaceId, stored, soonBeyond.id)
  }
  return chooseHistory(exchanges, stored?.summary ?? null)
}
