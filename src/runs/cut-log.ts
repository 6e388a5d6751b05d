import type { Database, Queryable } from '../db/database.ts'
import { bridgeCut, readCut } from '../db/sql/run-epoch.ts'
import { lockHeld } from '../db/sql/run-finish.ts'
import { transaction } from '../db/transaction.ts'
import { type Lease, LeaseLostError } from './lease.ts'
import type { ChatEvent } from './runs.ts'

/**
 * How many events of a run may be committed without the disk's having them: what a crash of the server can take away
 * from a log, and a follower have seen (docs/decisions/0037). The event appender keeps to it.
 */
export const mostUnflushed = 32

const reason = 'The database lost the end of the answer in a crash; it starts afresh.'

/**
 * Where the end of a locked run's log may be lost with the process that knew it: withdraws the text by an event behind
 * all that can have been seen. In between stand deltas without text, since seq grows by one: whoever resumes after a lost
 * event reads the rest of them and the withdrawal, and none of what comes instead passes for what was seen.
 * @returns the log's last seq then
 */
export async function bridge(client: Queryable, runId: string, last: number): Promise<number> {
  const [found] = await readCut(client, runId)
  if (!found?.cut) return last
  const count = mostUnflushed + 1
  await bridgeCut(client, runId, last, count, reason)
  return last + count
}

/** The same for a run that this process has taken over. @returns the log with it @throws LeaseLostError */
export async function bridgeHeld(
  { pool, kind }: Database,
  { runId, token }: Lease,
  log: readonly ChatEvent[],
): Promise<readonly ChatEvent[]> {
  // Embedded, every commit waits for the disk.
  if (kind === 'embedded') return log
  const last = await transaction(pool, async (client) => {
    const [held] = await lockHeld(client, runId, token)
    if (!held) throw new LeaseLostError(runId)
    return bridge(client, runId, log.length)
  })
  const added = Array.from({ length: last - log.length }, (_, index): ChatEvent => {
    const seq = log.length + index + 1
    return seq === last
      ? { seq, runId, type: 'AnswerReset', reason }
      : { seq, runId, type: 'AnswerDelta', text: '' }
  })
  return [...log, ...added]
}
