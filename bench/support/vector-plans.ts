import { writeFileSync } from 'node:fs'
import pg from 'pg'
import { vectorLiteral } from '../../src/retrieval/vector/passage-vector.ts'
import { explain } from './explain.ts'
import type { Environment } from './report.ts'
import { benchCollection, neighbours, queryVector, type VectorDatabase } from './vector-database.ts'
import { type BuiltIndex, offerIndex, searchStatement, specName } from './vector-indexes.ts'
import { vectorSession } from './vector-session.ts'

/** ef_search of the plans. */
const efSearch = 100

/** The plan of a search by each index, and of the exact one without any. */
export async function writePlans(
  file: string,
  database: VectorDatabase,
  indexes: readonly BuiltIndex[],
  environment: Environment,
  title: string,
): Promise<void> {
  const { url, vectors, spaceId } = database
  const values = [benchCollection.id, vectorLiteral(queryVector(vectors, 0)), neighbours]
  const sections = [`${title}\n${Object.values(environment).join('\n')}\n`]
  for (const index of [...indexes, null]) {
    const client = new pg.Client(vectorSession(url, efSearch))
    await client.connect()
    try {
      await offerIndex(client, index?.name ?? null)
      const text = searchStatement(index?.kind ?? 'halfvec', spaceId, efSearch)
      const plan = await explain(client, text, values)
      sections.push(
        `== ${index ? `${specName(index)}, ef_search ${efSearch}` : 'exact, without an index'}\n\n${plan}`,
      )
    } finally {
      await client.end()
    }
  }
  writeFileSync(file, sections.join('\n'))
}
