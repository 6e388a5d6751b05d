import type pg from 'pg'
import type { Queryable } from '../db/database.ts'
import * as sql from '../db/sql/document-index.ts'
import { takeVectors } from '../db/sql/staged-embedding.ts'
import { transaction } from '../db/transaction.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { createSemaphore } from '../lib/semaphore.ts'
import type { EmbeddingModel } from '../providers/embeddings/embedders.ts'
import { ANALYSIS_VERSION } from '../retrieval/lexical/analyze.ts'
import { assumedAverageLength } from '../retrieval/lexical/passage-words.ts'
import { termIdsLiteral, type WordBlock, weightsLiteral } from '../retrieval/lexical/word-block.ts'
import { hashBytes, inputHashes } from '../retrieval/vector/input-hash.ts'
import type { ChunkDraft } from './chunk/chunk.ts'
import { type DocumentText, utf8Runs } from './document-text.ts'
import { countWords, forgetWords, rememberWords } from './document-words.ts'
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
  /** BCP 47, by which the words are analysed; null where unknown. */
  readonly language: string | null
  readonly text: DocumentText
  readonly chunks: readonly ChunkDraft[]
  /** The spaces in which vectors of the passages are staged: all of them in the one that is searched. */
  readonly stagedIn: readonly number[]
  /** Whether this process has the model: else the vectors are left to a worker that does. */
  readonly canEmbed: (model: EmbeddingModel) => boolean
}

/**
 * Swaps at a time: they are the database's work. More of them end no sooner, keep its processors from searches, and
 * slow each other down where they insert into one HNSW graph (docs/BENCHMARKS.md).
 */
const swaps = createSemaphore(2)
const never = new AbortController().signal

/** What is prepared and written at a time: some hundred kilobytes of parameters. */
const batchSize = 256
/** Bytes. */
const textRun = 4 * 1024 * 1024
/**
 * The swap: in one transaction the new content's chunks, words and vectors come and the old ones go, so
 * that a reader sees all of one or all of the other. What takes long is computed before, and kept small: the literals
 * of a batch are made when it is written.
 *
 * Which spaces need vectors is decided inside of it, while nobody can change that. Passages without a vector in one of
 * them are left to its fill, which is queued with them.
 *
 * @returns false where the attempt is void: cancelled, replaced, deleted, or taken up by another worker. 'other space'
 *   where nothing was written, since vectors are needed in a space that none are staged in
 * @throws FailureError INTERNAL, retryable, where staged vectors are gone: a crash of the database empties their table
 */
export async function indexDocument(
  pool: pg.Pool,
  jobs: IngestionJobs,
  target: IndexTarget,
  content: IndexedContent,
): Promise<boolean | 'other space'> {
  const { workspaceId, documentId, version, fence, ingestionId } = target
  const { collectionId, title, contentTitle, chunkingVersion, language, chunks, stagedIn, canEmbed } = content
  const words = await countWords(collectionId, { title, language }, chunks, batchSize)
  const hashes = stagedIn.length === 0 ? null : await inputHashes(title, chunks)
  const swapped = await swaps.run(never, () =>
    transaction(pool, async (client) => {
      await sql.holdCollection(client, collectionId)
      const [document] = await sql.lockTarget(client, documentId, version, fence, target.kind === 'reindex')
      if (!document) return null
      const { active_id: active, next_id: next } = document
      if (active !== null && !stagedIn.includes(active) && canEmbed(document)) return 'other space'
      const used = [active, next].filter((id) => id !== null)
      const incomplete = new Set(used.filter((id) => !stagedIn.includes(id)))
      if (document.indexed_version !== null) {
        await sql.lockChunks(client, [documentId])
        await forgetWords(client, workspaceId, [documentId])
        await sql.retireChunks(client, documentId)
      }
      // Folding computes all weights anew where the average has drifted: it need not be exact here, but the same.
      const averageLength = document.weights_length ?? assumedAverageLength
      for (const [at, block] of words.blocks.entries()) {
        const from = at * batchSize
        const batch = chunks.slice(from, from + batchSize)
        const ids = batch.map(uuidV7)
        await insertBatch(client, target, collectionId, batch, ids, block, averageLength)
        if (!hashes) continue
        const inputs = hashes.subarray(from * hashBytes, (from + batch.length) * hashBytes)
        for (const space of used.filter((id) => stagedIn.includes(id))) {
          const [row] = await takeVectors(client, documentId, space, workspaceId, collectionId, ids, inputs)
          if (row?.taken === batch.length) continue
          if (space === active) throw vectorsGone()
          incomplete.add(space)
        }
      }
      await rememberWords(client, workspaceId, collectionId, words)
      // In runs, since pg holds what it sends twice. Mostly there is one.
      const runs = utf8Runs(content.text, textRun)
      const [published] = await sql.publish(
        client,
        documentId,
        version,
        chunks.length,
        ingestionId,
        title,
        contentTitle,
        chunkingVersion,
        language,
        ANALYSIS_VERSION,
        runs.next().value ?? Buffer.alloc(0),
      )
      for (const run of runs) await sql.appendText(client, documentId, version, run)
      await jobs.foldStatistics(workspaceId, collectionId, client)
      if (chunks.length > 0)
        for (const space of incomplete) await jobs.fillWorkspace(workspaceId, space, client)
      const stale = published?.stale ?? false
      if (stale) await jobs.reindexCollection(workspaceId, collectionId, client)
      return { stale }
    }),
  )
  // Once more: a job that waited already, and kept this one from being queued, may have begun before the commit.
  if (swapped === 'other space') return swapped
  if (swapped?.stale) await jobs.reindexCollection(workspaceId, collectionId, pool)
  return swapped !== null
}

async function insertBatch(
  client: Queryable,
  { workspaceId, documentId, version }: IndexTarget,
  collectionId: string,
  batch: readonly ChunkDraft[],
  ids: string[],
  words: WordBlock,
  averageLength: number,
): Promise<void> {
  await sql.insertChunks(
    client,
    workspaceId,
    collectionId,
    documentId,
    version,
    ids,
    batch.map(({ ordinal }) => ordinal),
    batch.map(({ text }) => text),
    batch.map(({ start }) => start),
    batch.map(({ end }) => end),
    batch.map(({ page }) => page),
    batch.map(({ headings }) => JSON.stringify(headings)),
    Array.from(words.lengths),
    batch.map((_, index) => termIdsLiteral(words, index)),
    batch.map((_, index) => weightsLiteral(words, index, averageLength)),
  )
}

function vectorsGone(): FailureError {
  return new FailureError(FailureCode.Internal, 'Vectors that were made for this document are gone.', {
    retryable: true,
  })
}
