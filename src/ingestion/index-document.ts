import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import type { Queryable } from '../db/database.ts'
import * as sql from '../db/sql/document-index.ts'
import { recordDelta } from '../db/sql/lexical-statistics.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import {
  assumedAverageLength,
  type PassageWords,
  passageWeights,
  passageWords,
} from '../retrieval/lexical/passage-words.ts'
import type { ChunkDraft } from './chunk/chunk.ts'
import type { DocumentWork, IngestionJobs } from './ingestion-jobs.ts'

export interface IndexedContent {
  readonly collectionId: string
  readonly title: string
  readonly text: string
  readonly chunks: readonly ChunkDraft[]
  /** One per chunk, with the space they belong to; null where no embedding model is configured. */
  readonly embeddings: { readonly spaceId: number; readonly vectors: readonly string[] } | null
}

/** As many as keep one statement's parameters at some megabytes. */
const batchSize = 500

/**
 * The swap: in one transaction the new content's chunks, words and vectors come and the old ones go, so
 * that a reader sees all of one or all of the other.
 * @returns false where the attempt is void: cancelled, replaced, deleted, or taken up by another worker
 */
export async function indexDocument(
  pool: pg.Pool,
  jobs: IngestionJobs,
  work: DocumentWork,
  attempts: number,
  content: IndexedContent,
): Promise<boolean> {
  const { collectionId, title } = content
  const rows: { chunk: ChunkDraft; id: string; words: PassageWords }[] = []
  for (const chunk of content.chunks) {
    // Ten megabytes are seconds of work: the process answers requests and heartbeats meanwhile.
    if (rows.length % 32 === 31) await setImmediate()
    rows.push({ chunk, id: uuidV7(), words: passageWords(collectionId, { title, ...chunk }) })
  }
  return transaction(pool, async (client) => {
    await sql.holdCollection(client, collectionId)
    const [document] = await sql.lockAttempt(client, work.documentId, work.version, attempts)
    if (!document) return false
    // Folding computes all weights anew where the average has drifted: it need not be exact here, but the same.
    const length = document.weights_length ?? assumedAverageLength
    if (document.indexed_version !== null) {
      await sql.lockChunks(client, [work.documentId])
      await forgetWords(client, work.workspaceId, [work.documentId])
      await sql.retireChunks(client, work.documentId)
    }
    for (let from = 0; from < rows.length; from += batchSize) {
      const batch = rows.slice(from, from + batchSize)
      await sql.insertChunks(
        client,
        work.workspaceId,
        collectionId,
        work.documentId,
        work.version,
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
      if (content.embeddings) {
        const { spaceId, vectors } = content.embeddings
        const ids = batch.map(({ id }) => id)
        const batchVectors = vectors.slice(from, from + batchSize)
        await sql.insertEmbeddings(client, spaceId, work.workspaceId, collectionId, ids, batchVectors)
      }
    }
    const words = rows.map((row) => row.words)
    await rememberWords(client, work.workspaceId, collectionId, words)
    await sql.publish(client, work.documentId, work.version, rows.length, content.text, work.ingestionId)
    await jobs.foldStatistics(work.workspaceId, collectionId, client)
    return true
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
