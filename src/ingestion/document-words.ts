import { setImmediate } from 'node:timers/promises'
import type { Queryable } from '../db/database.ts'
import { recordDelta, recordRemoval } from '../db/sql/lexical-statistics.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { analysedLanguage } from '../retrieval/lexical/language/language-tag.ts'
import { TermCounts } from '../retrieval/lexical/term-counts.ts'
import { type WordBlock, wordBlock } from '../retrieval/lexical/word-block.ts'
import type { ChunkDraft } from './chunk/chunk.ts'

/** Of one row of statistics. */
const termsOfDelta = 20_000

/** The words of a document's passages. */
export interface DocumentWords {
  /** One for each batch of passages. */
  readonly blocks: readonly WordBlock[]
  readonly counts: TermCounts
  /** The document's, by which they were analysed; null where unknown. */
  readonly language: string | null
}

export async function countWords(
  collectionId: string,
  { title, language }: { readonly title: string; readonly language: string | null },
  chunks: readonly ChunkDraft[],
  batchSize: number,
): Promise<DocumentWords> {
  const analysed = analysedLanguage(language)
  const blocks: WordBlock[] = []
  const counts = new TermCounts()
  for (let from = 0; from < chunks.length; from += batchSize) {
    const passages = chunks
      .slice(from, from + batchSize)
      .map(({ headings, text }) => ({ title, headings, text, language: analysed }))
    const block = wordBlock(collectionId, passages)
    blocks.push(block)
    counts.add(block)
    // Ten megabytes are seconds of work: the process answers requests and heartbeats meanwhile.
    await setImmediate()
  }
  return { blocks, counts, language }
}

/** Takes the words of documents out of their collections' statistics. @returns the collections */
export async function forgetWords(
  client: Queryable,
  workspaceId: string,
  documentIds: readonly string[],
): Promise<string[]> {
  const rows = await recordRemoval(client, workspaceId, [...documentIds], documentIds.map(uuidV7))
  return [...new Set(rows.map((row) => row.collection_id))]
}

/** Puts the words of a document into its collection's statistics. */
export async function rememberWords(
  client: Queryable,
  workspaceId: string,
  collectionId: string,
  { blocks, counts, language }: DocumentWords,
): Promise<void> {
  // The totals stand in the first row; a document without any word has that one, too.
  let chunks = blocks.reduce((sum, { lengths }) => sum + lengths.length, 0)
  let terms = blocks.reduce((sum, { lengths }) => lengths.reduce((all, length) => all + length, sum), 0)
  const record = async (termIds: string, frequencies: string) => {
    const id = uuidV7()
    const spoken = language ?? ''
    await recordDelta(client, id, workspaceId, collectionId, chunks, terms, termIds, frequencies, spoken)
    chunks = 0
    terms = 0
  }
  for (const batch of counts.batches(termsOfDelta)) {
    await record(`{${batch.ids.join(',')}}`, `{${batch.counts.join(',')}}`)
  }
  if (chunks > 0) await record('{}', '{}')
}
