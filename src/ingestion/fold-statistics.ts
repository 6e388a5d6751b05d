import type { Database } from '../db/database.ts'
import * as sql from '../db/sql/lexical-statistics.ts'
import { transaction } from '../db/transaction.ts'
import { assumedAverageLength, passageWeights, passageWords } from '../retrieval/lexical/passage-words.ts'

/** How far the average length may drift before the stored weights are computed again. */
const tolerance = 0.1
const batchSize = 200
const beforeAllIds = '00000000-0000-0000-0000-000000000000'

/** Adds up what ingestion recorded, and computes the BM25 weights again where the average length has drifted. */
export async function foldStatistics(
  { pool }: Database,
  workspaceId: string,
  collectionId: string,
  signal: AbortSignal,
): Promise<void> {
  const folded = await transaction(pool, async (client) => {
    await sql.lockFold(client, collectionId)
    const [row] = await sql.fold(client, workspaceId, collectionId, assumedAverageLength)
    if (!row || row.folded === 0) return false
    await sql.dropVanishedTerms(client, collectionId)
    return true
  })
  if (folded) await sql.cleanPendingList(pool)
  const [length] = await sql.averageLength(pool, collectionId)
  if (!length?.average || !length.weights_length) return
  if (Math.abs(length.average / length.weights_length - 1) <= tolerance) return
  await reweigh(pool, collectionId, length.average, signal)
}

/**
 * In the order of ids, which is that of time: documents that are indexed meanwhile are met at the end. The
 * new length is set last, so that a process that dies halfway leaves the drift to be found again.
 */
async function reweigh(
  pool: Database['pool'],
  collectionId: string,
  averageLength: number,
  signal: AbortSignal,
): Promise<void> {
  let after = beforeAllIds
  for (;;) {
    signal.throwIfAborted()
    const batch = await sql.searchableChunks(pool, collectionId, after, batchSize)
    const last = batch.at(-1)
    if (!last) break
    const weights = batch.map((chunk) => passageWeights(passageWords(collectionId, chunk), averageLength))
    await sql.reweigh(
      pool,
      batch.map(({ id }) => id),
      weights,
    )
    after = last.id
  }
  await sql.setWeightsLength(pool, collectionId, averageLength)
}
