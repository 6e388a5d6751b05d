import type pg from 'pg'
import type { Database, Queryable } from '../db/database.ts'
import * as sql from '../db/sql/lexical-statistics.ts'
import { transaction } from '../db/transaction.ts'
import { analysedLanguage } from '../retrieval/lexical/language/language-tag.ts'
import {
  assumedAverageLength,
  type Passage,
  type PassageWords,
  passageWeights,
  passageWords,
} from '../retrieval/lexical/passage-words.ts'

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
    const [collection] = await sql.lockFold(client, collectionId)
    if (!collection) return false
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
 * While documents go on being indexed, with the old length: those of them that the pass over all chunks may have
 * missed are met at its end, while none is. The new length is set last, so that a process that dies halfway leaves the
 * drift to be found again.
 */
async function reweigh(
  pool: pg.Pool,
  collectionId: string,
  averageLength: number,
  signal: AbortSignal,
): Promise<void> {
  const began = await transaction(pool, (client) => sql.holdWeights(client, collectionId))
  await reweighChunks(pool, collectionId, null, averageLength, signal)
  await transaction(pool, async (client) => {
    await sql.holdWeights(client, collectionId)
    await reweighChunks(client, collectionId, began, averageLength, signal)
    await sql.setWeightsLength(client, collectionId, averageLength)
  })
}

async function reweighChunks(
  db: Queryable,
  collectionId: string,
  indexedSince: string | null,
  averageLength: number,
  signal: AbortSignal,
): Promise<void> {
  let after = beforeAllIds
  for (;;) {
    signal.throwIfAborted()
    const batch = await sql.searchableChunks(db, collectionId, indexedSince, after, batchSize)
    const last = batch.at(-1)
    if (!last) return
    const weights = batch.map((chunk) => passageWeights(indexedWords(collectionId, chunk), averageLength))
    const ids = batch.map(({ id }) => id)
    await sql.reweigh(db, ids, weights)
    after = last.id
  }
}

/** The words that the statistics count: what is read anew is the same, unless the analysis has changed since. */
function indexedWords(
  collectionId: string,
  chunk: Passage & { readonly length: number; readonly term_ids: readonly number[] },
): PassageWords {
  const { frequencies } = passageWords(collectionId, {
    ...chunk,
    language: analysedLanguage(chunk.language),
  })
  return {
    frequencies: new Map(chunk.term_ids.map((id) => [id, frequencies.get(id) ?? 1])),
    length: chunk.length,
  }
}
