import { lockAbandoned } from '../db/sql/run-finish.ts'
import { transaction } from '../db/transaction.ts'
import { cancelLocked, lastSeqOf } from './end-run.ts'
import { answerText } from './event-row.ts'
import { partialAnswer } from './partial-answer.ts'
import { readLog } from './read-log.ts'
import type { RunContext } from './run-context.ts'

/** Cancels a run that nobody works on. False where somebody does, or it has ended. */
export async function cancelAbandoned(
  context: RunContext,
  workspaceId: string,
  runId: string,
): Promise<boolean> {
  const { pool } = context.database
  for (;;) {
    const found = await transaction(pool, async (client) => {
      const [locked] = await lockAbandoned(client, workspaceId, runId)
      // A run that was never at work has written nothing; what another has is read and checked without the lock.
      if (locked?.status === 'QUEUED') await cancelLocked(client, runId)
      return locked?.status
    })
    if (found !== 'RUNNING') return found === 'QUEUED'
    const log = await readLog(pool, runId)
    const partial = await partialAnswer(context, runId, answerText(log), context.stopping)
    const done = await transaction(pool, async (client) => {
      const [locked] = await lockAbandoned(client, workspaceId, runId)
      if (!locked) return 'taken'
      // Its process may live after all, and have written more.
      if ((await lastSeqOf(client, runId)) !== log.length) return 'grown'
      await cancelLocked(client, runId, partial)
      return 'ended'
    })
    if (done !== 'grown') return done === 'ended'
  }
}
