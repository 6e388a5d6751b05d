import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type EmptyDatabase, kinds } from '../../../test/testkit/open-database.ts'
import type { Database } from '../../db/database.ts'
import { migrate } from '../../db/migrate.ts'
import { statement } from '../../db/statement.ts'
import { vectorBytes, vectorLiteral } from './passage-vector.ts'

describe.each(kinds)('a vector as a parameter on %s', (kind) => {
  let empty: EmptyDatabase
  let database: Database
  beforeAll(async () => {
    empty = await createDatabase(kind)
    database = await empty.open()
    await migrate(database, async () => {})
  })
  afterAll(() => empty?.[Symbol.asyncDispose]())

  test('is the same in text and in bytes', async () => {
    const read = statement<[vector: string | Buffer], { vector: string }>(
      'test',
      'vector',
      'SELECT $1::halfvec(5)::text AS vector',
    )
    const vector = Float32Array.of(0.1, -1, 3.5e-5, 0, 0.99999)
    const [bytes] = await read(database.pool, vectorBytes(vector))
    const [text] = await read(database.pool, vectorLiteral(vector))
    expect(bytes).toEqual(text)
    expect(bytes?.vector).toMatch(/^\[0\.0999\d+,-1,/)
  })
})
