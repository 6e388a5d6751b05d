import pg from 'pg'
import type { RetrieveInput } from '../../clients/typescript/generated/graphql.ts'
import { decodeGlobalId } from '../../src/resolvers/global-id.ts'
import { vectorLiteral } from '../../src/retrieval/vector/passage-vector.ts'
import type { GraphqlConnection } from './graphql-connection.ts'
import { retrieve } from './measure-retrieve.ts'
import { quantile } from './quantile.ts'
import { questionVector } from './question-vector.ts'
import { benchCollection, type VectorDatabase } from './vector-database.ts'

export interface FilteredRecall {
  /** Of the nearest that pass the filter, the part that was found; the mean. */
  readonly recall: number
  /** Retrievals that returned fewer than topK. */
  readonly short: number
  readonly underfilled: number
  readonly p50: number
  readonly p95: number
}

/** VECTOR retrieval of one shard's documents, beside the exact answer. */
export async function filteredRecall(
  connection: GraphqlConnection,
  { url, spaceId, vectors }: VectorDatabase,
  questions: readonly string[],
  shard: { readonly first: number; readonly size: number },
  topK: number,
): Promise<FilteredRecall> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const shards = Array.from({ length: shard.size }, (_, index) => shard.first + index)
    // Only those that pass, compared one by one: no index of vectors has a part in it.
    await client.query(
      `CREATE TEMPORARY TABLE passing AS SELECT chunk_id, embedding FROM chunk_embedding_${spaceId}
       WHERE chunk_id IN (SELECT chunk.id FROM chunk JOIN document ON document.id = chunk.document_id
         WHERE document.metadata -> 'shard' = ANY (SELECT to_jsonb(unnest($1::int[]))))`,
      [shards],
    )
    const recalls: number[] = []
    const times: number[] = []
    let short = 0
    let underfilled = 0
    for (const query of questions) {
      const { rows } = await client.query<{ chunk_id: string }>(
        'SELECT chunk_id FROM passing ORDER BY embedding <=> $1::halfvec LIMIT $2',
        [vectorLiteral(questionVector(vectors, query)), topK],
      )
      const metadata = [{ path: ['shard'], in: shards }]
      const asked = performance.now()
      const input: RetrieveInput = {
        query,
        topK,
        mode: 'VECTOR',
        collection: benchCollection.name,
        filter: { metadata },
      }
      const { retrieve: result } = await retrieve(connection, input)
      times.push(performance.now() - asked)
      const found = new Set(result.hits.map(({ chunk }) => decodeGlobalId(chunk.id)?.id))
      recalls.push(rows.filter(({ chunk_id }) => found.has(chunk_id)).length / rows.length)
      if (found.size < topK) short += 1
      if (result.underfilled) underfilled += 1
    }
    return {
      recall: recalls.reduce((sum, each) => sum + each, 0) / recalls.length,
      short,
      underfilled,
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
    }
  } finally {
    await client.end()
  }
}
