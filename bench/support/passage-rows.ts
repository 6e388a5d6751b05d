import { hash } from 'node:crypto'
import { defaultWorkspaceId } from '../../src/access/keys.ts'
import {
  termIdsLiteral,
  type WordBlock,
  weightsLiteral,
  wordBlock,
} from '../../src/retrieval/lexical/word-block.ts'
import { chunkId } from './embedding-rows.ts'
import { passagesOfDocument, type RecombinedDocument } from './recombined-passages.ts'
import { benchCollection } from './vector-database.ts'

type Row = readonly (string | number | boolean | null)[]
type Make = (number: number) => RecombinedDocument

/** Documents are dealt out to so many shards, by their metadata: one of them is a filter of 1 %. */
export const shards = 100

export const documentTable = `document (id, workspace_id, collection_id, external_id, title, mime_type, content_hash, version,
  indexed_version, status, indexed_title, bytes, chunk_count, metadata, created_at, updated_at, indexed_at)`

export function* documentRows(count: number, make: Make): Generator<Row> {
  const time = '2026-01-01T00:00:00Z'
  for (let number = 0; number < count; number++) {
    const { title, passages } = make(number)
    const text = passages.join('\n\n')
    yield [
      ...[
        documentId(number),
        defaultWorkspaceId,
        benchCollection.id,
        `document ${number}`,
        title,
        'text/plain',
      ],
      ...[hash('sha256', text), 1, 1, 'READY', title, Buffer.byteLength(text), passages.length],
      ...[JSON.stringify({ shard: number % shards }), time, time, time],
    ]
  }
}

export const chunkTable = `chunk (id, workspace_id, collection_id, document_id, document_version, ordinal, text, start, "end",
  page, headings, length, term_ids, weights)`

export interface PassageRows extends Iterable<Row> {
  /** In how many passages a term stands, by its id. Complete when all rows were taken, as `terms` is. */
  readonly frequencies: ReadonlyMap<number, number>
  /** Of all passages, repetitions included. */
  readonly terms: number
}

/** The passages of `count` documents, as ingestion analyses and weighs them. */
export function passageRows(count: number, make: Make, averageLength: number): PassageRows {
  const frequencies = new Map<number, number>()
  const rows = {
    frequencies,
    terms: 0,
    *[Symbol.iterator](): Generator<Row> {
      for (let number = 0; number < count; number++) {
        const document = make(number)
        const block = wordsOf(document)
        for (const id of block.ids) frequencies.set(id, (frequencies.get(id) ?? 0) + 1)
        let start = 0
        for (const [ordinal, text] of document.passages.entries()) {
          const length = block.lengths[ordinal] ?? 0
          rows.terms += length
          yield [
            ...[chunkId(number * passagesOfDocument + ordinal), defaultWorkspaceId, benchCollection.id],
            ...[documentId(number), 1, ordinal, text, start, start + text.length, null, '{}', length],
            ...[termIdsLiteral(block, ordinal), weightsLiteral(block, ordinal, averageLength)],
          ]
          start += text.length + 2
        }
      }
    },
  }
  return rows
}

/** Of a sample: the weights are computed with it, as they are once statistics were folded. */
export function averageLength(make: Make, documents: number): number {
  const sample = Math.min(documents, 500)
  let terms = 0
  for (let number = 0; number < sample; number++) {
    for (const length of wordsOf(make(number)).lengths) terms += length
  }
  return terms / (sample * passagesOfDocument)
}

function wordsOf({ title, passages }: RecombinedDocument): WordBlock {
  return wordBlock(
    benchCollection.id,
    passages.map((text) => ({ title, headings: [], text, language: null })),
  )
}

function documentId(number: number): string {
  return `01900000-0000-7000-9000-${number.toString(16).padStart(12, '0')}`
}
