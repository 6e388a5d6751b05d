import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import type { Queryable } from '../db/database.ts'
import * as sql from '../db/sql/document-index.ts'
import { recordDelta } from '../db/sql/lexical-statistics.ts'
import { clearStaged, takeVectors } from '../db/sql/staged-embedding.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { FailureCode, FailureError } from '../failure.ts'
import {
  assumedAverageLength,
  type PassageWords,
  passageWeights,
  passageWords,
} from '../retrieval/lexical/passage-words.ts'
import { hashBytes, inputHashes } from '../retrieval/vector/input-hash.ts'
import type { ChunkDraft } from './chunk/chunk.ts'
import type { IndexTarget } from './index-target.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'

export interface IndexedContent {
  readonly collectionId: string
  /** What the passages are indexed under. */
  readonly title: string
  /** What the content calls itself: the document's title, unless a caller gave one. */
  readonly contentTitle: string | null
  /** Of the settings that the passages were cut with. */
  readonly chunkingVersion: number
  readonly text: string
  readonly chunks: readonly ChunkDraft[]
  /** The space in which every passage's vector is staged; null where no embedding model is configured. */
  readonly spaceId: number | null
}

/** As many as keep one statement's parameters at some megabytes. */
const batchSize = 500

/**
 * The swap: in one transaction the new content's chunks, words and vectors come and the old ones go, so
 * that a reader sees all of one or all of the other.
 * @returns false where the attempt is void: cancelled, replaced, deleted, or taken up by another worker
 * @throws FailureError INTERNAL, retryable, where staged vectors are gone: a crash of the database empties their table
 */
export async function indexDocument(
  pool: pg.Pool,
  jobs: IngestionJobs,
  target: IndexTarget,
  content: IndexedContent,
): Promise<boolean> {
  const { workspaceId, documentId, version, fence, ingestionId } = target
  const { collectionId, title, contentTitle, chunkingVersion, spaceId } = content
  const rows: { chunk: ChunkDraft; id: string; words: PassageWords }[] = []
  for (const chunk of content.chunks) {
    // Ten megabytes are seconds of work: the process answers requests and heartbeats meanwhile.
    if (rows.length % 32 === 31) await setImmediate()
    rows.push({ chunk, id: uuidV7(), words: passageWords(collectionId, { title, ...chunk }) })
  }
  const hashes = spaceId === null ? null : await inputHashes(title, content.chunks)
  return transaction(pool, async (client) => {
    await sql.holdCollection(client, collectionId)
    const [document] = await sql.lockTarget(client, documentId, version, fence, target.kind === 'reindex')
    if (!document) return false
    // Folding computes all weights anew where the average has drifted: it need not be exact here, but the same.
    const length = document.weights_length ?? assumedAverageLength
    if (document.indexed_version !== null) {
      await sql.lockChunks(client, [documentId])
      await forgetWords(client, workspaceId, [documentId])
      await sql.retireChunks(client, documentId)
    }
    for (let from = 0; from < rows.length; from += batchSize) {
      const batch = rows.slice(from, from + batchSize)
      await sql.insertChunks(
        client,
        workspaceId,
        collectionId,
        documentId,
        version,
        batch.map(({ id }) => id),
        batch.map(({ chunk }) => chunk.ordinal),
        batch.map(({ chunk }) => chunk.text),
        batch.map(({ chunk }) => chunk.start),
        batch.map(({ chunk }) => chunk.end),
        batch.map(({ chunk }) => chunk.page),
        batch.map(({ chunk }) => JSON.stringify(chunk.headings)),
        batch.map(({ words: { length: terms } }) => terms),
        batch.map(({ words: { frequencies } }) => `{${ascending(frequencies).join(',')}}`),
        batch.map(({ words: each }) => passageWeights(each, length)),
      )
      if (hashes && spaceId !== null) {
        const ids = batch.map(({ id }) => id)
        const inputs = hashes.subarray(from * hashBytes, (from + batch.length) * hashBytes)
        const [row] = await takeVectors(client, documentId, spaceId, workspaceId, collectionId, ids, inputs)
        if (row?.taken !== batch.length) throw vectorsGone()
      }
    }
    const words = rows.map((row) => row.words)
    await rememberWords(client, workspaceId, collectionId, words)
    await clearStaged(client, documentId)
    const [published] = await sql.publish(
      client,
      documentId,
      version,
      rows.length,
      content.text,
      ingestionId,
      title,
      contentTitle,
      chunkingVersion,
    )
    await jobs.foldStatistics(workspaceId, collectionId, client)
    if (published?.stale) await jobs.reindexCollection(workspaceId, collectionId, client)
    return true
  })
}

function vectorsGone(): FailureError {
  return new FailureError(FailureCode.Internal, 'Vectors that were made for this document are gone.', {
    retryable: true,
  })
}

/** Takes the words of documents out of their collections' statistics. @returns the collections */
export async function forgetWords(
  client: Queryable,
  workspaceId: string,
  documentIds: readonly string[],
): Promise<string[]> {
  const gone = await sql.wordsOf(client, [...documentIds])
  for (const { collection_id, chunks, terms, term_ids, counts } of gone) {
    const negative = counts.map((count) => -count)
    await recordDelta(
      client,
      uuidV7(),
      workspaceId,
      collection_id,
      -chunks,
      -Number(terms),
      term_ids,
      negative,
    )
  }
  return gone.map((row) => row.collection_id)
}

async function rememberWords(
  client: Queryable,
  workspaceId: string,
  collectionId: string,
  words: readonly PassageWords[],
): Promise<void> {
  const counts = new Map<number, number>()
  for (const { frequencies } of words) {
    for (const id of frequencies.keys()) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const terms = words.reduce((sum, { length }) => sum + length, 0)
  const ids = [...counts.keys()]
  await recordDelta(client, uuidV7(), workspaceId, collectionId, words.length, terms, ids, [
    ...counts.values(),
  ])
}

function ascending(frequencies: ReadonlyMap<number, number>): number[] {
  return [...frequencies.keys()].sort((a, b) => a - b)
}
