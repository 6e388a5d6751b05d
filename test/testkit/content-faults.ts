import type pg from 'pg'
import { passageWeights, passageWords } from '../../src/retrieval/lexical/passage-words.ts'
import { passageForEmbedding } from '../../src/retrieval/vector/passage-vector.ts'
import { bagOfWords } from './upstream/bag-of-words.ts'

interface ChunkRow {
  readonly name: string
  readonly collection_id: string
  readonly title: string
  readonly language: string | null
  readonly headings: string[]
  readonly text: string
  readonly start: number
  readonly end: number
  readonly source: string | null
  readonly length: number
  readonly term_ids: number[]
  readonly weights: string
  readonly weights_length: number
  /** One for each vector of the chunk. */
  readonly vectors: string[]
}

/**
 * What is wrong with the searchable chunks of a database, one line each, by computing again what is derived from
 * their texts: offsets, terms, weights and, with `dimensions`, the one vector that the embeddings' double gives.
 */
export async function findFaults(
  db: pg.Pool,
  { dimensions }: { dimensions: number | null },
): Promise<string[]> {
  const { rows } = await db.query<ChunkRow>(
    `SELECT COALESCE(external_id, content_hash) || ' ' || ordinal AS name, chunk.collection_id, title, headings,
       indexed_language AS language,
       chunk.text, start, "end", source.text AS source, length, term_ids, weights::text, weights_length,
       ARRAY(SELECT embedding::text FROM chunk_embedding WHERE chunk_id = chunk.id) AS vectors
     FROM chunk JOIN document ON document.id = document_id
       LEFT JOIN document_source AS source ON source.document_id = document.id AND source.version = document_version
       LEFT JOIN lexical_statistic AS statistic ON statistic.collection_id = chunk.collection_id
     WHERE term_ids IS NOT NULL ORDER BY name`,
  )
  return rows.flatMap((row) => faultsOf(row, dimensions).map((fault) => `${row.name}: ${fault}`))
}

function faultsOf(row: ChunkRow, dimensions: number | null): string[] {
  const words = passageWords(row.collection_id, row)
  const terms = [...words.frequencies.keys()].sort((a, b) => a - b)
  const faults: string[] = []
  if (row.source?.slice(row.start, row.end) !== row.text) faults.push('its text is not at its offsets')
  if (words.length !== row.length) faults.push(`length ${row.length} for ${words.length} terms`)
  if (String(terms) !== String(row.term_ids)) faults.push('terms that its text does not have')
  if (!alike(row.weights, passageWeights(words, row.weights_length))) faults.push('wrong weights')
  const expected = dimensions === null ? 0 : 1
  if (row.vectors.length !== expected) faults.push(`${row.vectors.length} vectors instead of ${expected}`)
  if (dimensions !== null) {
    const right = String([...bagOfWords(passageForEmbedding(row), dimensions)])
    if (row.vectors.some((vector) => !alike(vector, `[${right}]`))) faults.push('the vector of another text')
  }
  return faults
}

/** Numbers in the same places, as exactly as a halfvec keeps them. */
function alike(one: string, other: string): boolean {
  const [left, right] = [numbers(one), numbers(other)]
  return left.length === right.length && left.every((value, at) => Math.abs(value - (right[at] ?? 0)) < 1e-3)
}

function numbers(literal: string): number[] {
  return literal
    .replace(/[{}[\]]/g, '')
    .split(/[,:/]/)
    .map(Number)
}
