import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosedDatabase, createDatabase, kinds } from '../../../test/testkit/open-database.ts'
import type { Database } from '../../db/database.ts'
import { statement } from '../../db/statement.ts'
import { vectorBytes, vectorLiteral } from './passage-vector.ts'

describe.each(kinds)('a vector as a parameter on %s', () => {
  let closed: ClosedDatabase
  let database: Database
  beforeAll(async () => {
    closed = await createDatabase()
    database = await closed.open()
  })
  afterAll(() => closed?.[Symbol.asyncDispose]())

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
