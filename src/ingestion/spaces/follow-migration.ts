import { type Caller, requireScope } from '../../access/caller.ts'
import type { ChangeFeed } from '../../db/change-feed.ts'
import type { Database } from '../../db/database.ts'
import { NotFoundError } from '../../errors.ts'
import type { EmbeddingMigration } from '../../generated/prisma/client.ts'
import { delay } from '../../lib/delay.ts'

/** At most ten updates a second, the last one always. */
const pauseMs = 100
/** A notification that was lost costs no more than this. */
const fallbackMs = 2_000

/** The migration now and after each change, until it has ended. */
export async function* followMigration(
  { database, changes }: { database: Database; changes: ChangeFeed },
  caller: Caller,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<EmbeddingMigration, void, void> {
  requireScope(caller, 'READ')
  const { workspaceId } = caller
  using watch = changes.watch(id)
  let previous = ''
  while (!signal.aborted) {
    const migration = await database.prisma.embeddingMigration.findFirst({ where: { id, workspaceId } })
    if (!migration) throw new NotFoundError('There is no such embedding migration')
    const state = JSON.stringify(migration)
    if (state !== previous) yield migration
    previous = state
    if (migration.finishedAt) return
    const changed = watch.next(signal, fallbackMs).then(() => delay(pauseMs, signal))
    await changed.catch(() => {}) // Aborted: the loop sees it.
  }
}
