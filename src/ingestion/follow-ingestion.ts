import { type Caller, requireScope } from '../access/caller.ts'
import type { ChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { NotFoundError } from '../errors.ts'
import type { Ingestion } from '../generated/prisma/client.ts'
import { delay } from '../lib/delay.ts'

/** At most ten updates a second, the last one always. */
const pauseMs = 100
/** A notification that was lost costs no more than this. */
const fallbackMs = 2_000

/** The ingestion now and after each change, until it has ended. */
export async function* followIngestion(
  { database, changes }: { database: Database; changes: ChangeFeed },
  caller: Caller,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Ingestion, void, void> {
  requireScope(caller, 'READ')
  const { workspaceId } = caller
  using watch = changes.watch(id)
  let previous = ''
  while (!signal.aborted) {
    const ingestion = await database.prisma.ingestion.findFirst({
      where: { id, workspaceId },
      include: { documents: { select: { status: true } } },
    })
    if (!ingestion) {
      // Deleted with its collection while it was followed: that is an end, too.
      if (previous) return
      throw new NotFoundError('There is no such ingestion')
    }
    const { documents, ...row } = ingestion
    const state = `${row.finishedAt?.toISOString()} ${documents.map(({ status }) => status).sort()}`
    if (state !== previous) yield row
    previous = state
    if (row.finishedAt) return
    const changed = watch.next(signal, fallbackMs).then(() => delay(pauseMs, signal))
    await changed.catch(() => {}) // Aborted: the loop sees it.
  }
}
