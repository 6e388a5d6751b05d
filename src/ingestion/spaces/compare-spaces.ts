import type pg from 'pg'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import type { PassageRow } from '../../db/sql/passage.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'
import { vectorBytes } from '../../retrieval/vector/passage-vector.ts'
import { searchVector } from '../../retrieval/vector/search-vector.ts'
import { overlap, rankBiasedOverlap } from './rank-agreement.ts'

/** Hits of each space that are compared. */
export const comparedHits = 10
/** Queries that are shown. */
const shown = 10
/** Searches at a time: those of whoever waits for an answer come first. */
const atOnce = 2

export interface SampledQuery {
  readonly collectionId: string
  readonly query: string
}

export interface ComparedQuery extends SampledQuery {
  /** Of the first ten hits, 0 to 1. */
  readonly overlap: number
  readonly rankBiasedOverlap: number
  readonly currentFirst: PassageRow | null
  readonly nextFirst: PassageRow | null
}

export interface Comparison {
  readonly sampled: number
  /** Null where nothing was sampled. */
  readonly meanOverlap: number | null
  readonly meanRankBiasedOverlap: number | null
  readonly differentFirstHit: number | null
  /** Those that differ most, most first. */
  readonly queries: readonly ComparedQuery[]
}

export interface ComparedSpace {
  readonly embeddings: Embeddings
  readonly space: EmbeddingSpace
}

/** Searches two spaces for the same queries, and says how much their hits have in common. */
export async function compareSpaces(
  pool: pg.Pool,
  workspaceId: string,
  current: ComparedSpace,
  next: ComparedSpace,
  sample: readonly SampledQuery[],
  signal: AbortSignal,
): Promise<Comparison> {
  const texts = sample.map(({ query }) => query)
  const [currentVectors, nextVectors] = await Promise.all([
    texts.length > 0 ? current.embeddings.embed(texts, 'query', signal) : [],
    texts.length > 0 ? next.embeddings.embed(texts, 'query', signal) : [],
  ])
  const compared: ComparedQuery[] = []
  for (let from = 0; from < sample.length; from += atOnce) {
    signal.throwIfAborted()
    const queries = sample.slice(from, from + atOnce).map((sampled, index) => {
      const [before, after] = [currentVectors[from + index], nextVectors[from + index]]
      if (!before || !after) throw new Error('A query has no vector')
      return compareQuery(pool, workspaceId, [current.space, before], [next.space, after], sampled)
    })
    compared.push(...(await Promise.all(queries)))
  }
  const different = compared.filter(({ currentFirst, nextFirst }) => currentFirst?.id !== nextFirst?.id)
  return {
    sampled: compared.length,
    meanOverlap: mean(compared.map((query) => query.overlap)),
    meanRankBiasedOverlap: mean(compared.map((query) => query.rankBiasedOverlap)),
    differentFirstHit: compared.length === 0 ? null : different.length / compared.length,
    queries: compared.toSorted((a, b) => a.rankBiasedOverlap - b.rankBiasedOverlap).slice(0, shown),
  }
}

type Asked = readonly [space: EmbeddingSpace, vector: Float32Array]

async function compareQuery(
  pool: pg.Pool,
  workspaceId: string,
  current: Asked,
  next: Asked,
  sampled: SampledQuery,
): Promise<ComparedQuery> {
  const search = async ([space, vector]: Asked) => {
    const { collectionId } = sampled
    const found = await searchVector(pool, {
      ...{ space, workspaceId, filter: null, limit: comparedHits },
      collection: { id: collectionId },
      vector: vectorBytes(vector),
    })
    return found.candidates.map(({ passage }) => passage)
  }
  // One after the other: a query takes one connection at a time.
  const before = await search(current)
  const after = await search(next)
  const ids = [before.map(({ id }) => id), after.map(({ id }) => id)] as const
  return {
    ...sampled,
    overlap: overlap(...ids),
    rankBiasedOverlap: rankBiasedOverlap(...ids),
    currentFirst: before[0] ?? null,
    nextFirst: after[0] ?? null,
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
