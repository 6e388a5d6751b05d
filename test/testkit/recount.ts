import { averageLength, readStatistics } from '../../src/db/sql/lexical-statistics.ts'
import {
  assumedAverageLength,
  passageWeights,
  passageWords,
} from '../../src/retrieval/lexical/passage-words.ts'
import type { IngestWorld } from './ingest-world.ts'

interface Recount {
  readonly chunks: number
  readonly terms: number
  /** In how many passages each term stands, by its id. */
  readonly frequencies: Readonly<Record<number, number>>
}

interface ChunkRow {
  readonly id: string
  readonly title: string
  readonly headings: string[]
  readonly text: string
  readonly language: string | null
  readonly weights: string
}

const searchable = (world: IngestWorld, collectionId: string) =>
  world.rows<ChunkRow>(
    `SELECT chunk.id, COALESCE(indexed_title, title) AS title, headings, text, indexed_language AS language, weights::text
     FROM chunk JOIN document ON document.id = document_id
     WHERE chunk.collection_id = $1 AND document_version = indexed_version AND term_ids IS NOT NULL`,
    collectionId,
  )

/** What the statistics of a collection must say, from the texts of its searchable passages. */
export async function recount(world: IngestWorld, collection: string): Promise<Recount> {
  const collectionId = await world.collectionId(collection)
  const chunks = await searchable(world, collectionId)
  const words = chunks.map((chunk) => passageWords(collectionId, chunk))
  const frequencies: Record<number, number> = {}
  for (const { frequencies: ids } of words) {
    for (const id of ids.keys()) frequencies[id] = (frequencies[id] ?? 0) + 1
  }
  return { chunks: chunks.length, terms: words.reduce((sum, { length }) => sum + length, 0), frequencies }
}

/** What they say, asked for the same terms and all that are stored. */
export async function statistics(world: IngestWorld, collection: string, asked: Recount): Promise<Recount> {
  const collectionId = await world.collectionId(collection)
  const stored = await world.rows<{ term_id: number }>(
    `SELECT term_id FROM term_statistic WHERE collection_id = $1
     UNION SELECT unnest(term_ids) FROM lexical_delta WHERE collection_id = $1`,
    collectionId,
  )
  const ids = new Set([
    ...Object.keys(asked.frequencies).map(Number),
    ...stored.map(({ term_id }) => term_id),
  ])
  const [row] = await readStatistics(world.database.pool, collectionId, [...ids])
  if (!row) throw new Error('No statistics')
  const counted = row.term_ids.map((id, index) => [id, row.frequencies[index] ?? 0] as const)
  // A term that no passage has any more is as good as none.
  const frequencies = Object.fromEntries(counted.filter(([, chunks]) => chunks !== 0))
  return { chunks: row.chunks, terms: row.terms, frequencies }
}

/** The passages whose stored weights are not those that their texts and the collection's average length give. */
export async function wronglyWeighed(world: IngestWorld, collection: string): Promise<string[]> {
  const collectionId = await world.collectionId(collection)
  const [length] = await averageLength(world.database.pool, collectionId)
  const right = length?.weights_length ?? assumedAverageLength
  const chunks = await searchable(world, collectionId)
  return chunks
    .filter((chunk) => {
      const expected = entries(passageWeights(passageWords(collectionId, chunk), right))
      const found = entries(chunk.weights)
      return (
        expected.length !== found.length ||
        expected.some(([id, weight], index) => {
          const [foundId, foundWeight] = found[index] ?? [0, 0]
          return id !== foundId || Math.abs(weight - foundWeight) > 1e-5
        })
      )
    })
    .map(({ id }) => id)
}

function entries(sparsevec: string): [number, number][] {
  const inside = sparsevec.slice(1, sparsevec.indexOf('}'))
  if (inside === '') return []
  return inside.split(',').map((entry) => entry.split(':').map(Number) as [number, number])
}
