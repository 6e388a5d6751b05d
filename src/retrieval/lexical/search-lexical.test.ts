import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, kinds } from '../../../test/testkit/open-database.ts'
import { defaultWorkspaceId } from '../../access/keys.ts'
import type { Database } from '../../db/database.ts'
import { uuidV7 } from '../../db/uuid-v7.ts'
import { analyze } from './analyze.ts'
import { documentWeight, sparsevecLiteral, termFrequencies } from './bm25.ts'
import { contextConcepts, tellingConcepts, type WeightedText } from './context-concepts.ts'
import { unquoted } from './parse-query.ts'
import { conceptTermIds, planQuery } from './plan-query.ts'
import { queryConcepts } from './query-concepts.ts'
import { searchLexical } from './search-lexical.ts'
import { termIds } from './term-id.ts'

const size = 7_000
const vocabulary = 400

let state = 5
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}

/** Letters alone: nothing to stem, nothing to take apart. */
const word = (rank: number) =>
  `q${[...rank.toString(5).padStart(4, '0')].map((digit) => 'bdfgk'[Number(digit)]).join('o')}`
/** As in texts few words are in every second passage and most in few; neighbours are together more often. */
const anyRank = () => Math.floor(vocabulary ** random()) - 1
function passage(): string[] {
  const topic = anyRank()
  const length = 10 + Math.floor(40 * random())
  return Array.from({ length }, () =>
    word(random() < 0.3 ? (topic + Math.floor(4 * random())) % vocabulary : anyRank()),
  )
}

interface Filled {
  readonly collectionId: string
  readonly size: number
  readonly ids: readonly string[]
  readonly frequencies: ReadonlyMap<number, number>
}

async function fill({ pool }: Database, texts: readonly string[][]): Promise<Filled> {
  const collectionId = uuidV7()
  const idOf = termIds(collectionId)
  const frequencies = new Map<number, number>()
  await pool.query('INSERT INTO collection (id, workspace_id, name) VALUES ($1, $2, $1::uuid::text)', [
    collectionId,
    defaultWorkspaceId,
  ])
  const terms = texts.reduce((sum, words) => sum + words.length, 0)
  const average = terms / texts.length
  const chunks = texts.map((words) => {
    const tfs = termFrequencies(analyze(words.join(' ')), idOf)
    for (const id of tfs.keys()) frequencies.set(id, (frequencies.get(id) ?? 0) + 1)
    const weights = [...tfs].map(([id, tf]) => [id, documentWeight(tf, words.length, average)] as const)
    return { id: uuidV7(), termIds: `{${[...tfs.keys()]}}`, weights: sparsevecLiteral(weights) }
  })
  const ids = chunks.map(({ id }) => id)
  await pool.query(
    `INSERT INTO document (id, workspace_id, collection_id, external_id, title, mime_type, content_hash, bytes, status,
       indexed_version, chunk_count, metadata, updated_at)
     SELECT id, $1, $2, id, '', '', '', 0, 'READY', 1, 1, '{}', now() FROM unnest($3::uuid[]) AS given (id)`,
    [defaultWorkspaceId, collectionId, ids],
  )
  await pool.query(
    `INSERT INTO chunk (id, workspace_id, collection_id, document_id, document_version, ordinal, text, start, "end",
       length, headings, term_ids, weights)
     SELECT id, $1, $2, id, 1, 0, '', 0, 0, 1, '{}', term_ids::int[], weights::sparsevec
     FROM unnest($3::uuid[], $4::text[], $5::text[]) AS given (id, term_ids, weights)`,
    [
      ...[defaultWorkspaceId, collectionId, ids],
      ...[chunks.map((chunk) => chunk.termIds), chunks.map(({ weights }) => weights)],
    ],
  )
  await pool.query(
    'INSERT INTO lexical_statistic (collection_id, workspace_id, chunks, terms, weights_length) VALUES ($1, $2, $3, $4, $5)',
    [collectionId, defaultWorkspaceId, texts.length, terms, average],
  )
  await pool.query(
    `INSERT INTO term_statistic (collection_id, term_id, workspace_id, chunks)
     SELECT $1, term_id, $2, chunks FROM unnest($3::int[], $4::int[]) AS given (term_id, chunks)`,
    [collectionId, defaultWorkspaceId, [...frequencies.keys()], [...frequencies.values()]],
  )
  await pool.query('ANALYZE chunk')
  return { collectionId, size: texts.length, ids, frequencies }
}

describe.each(kinds)('search by words on %s', () => {
  const stack = new AsyncDisposableStack()
  let database: Database
  let filled: Filled
  /** Statements that searched less than the plan's own terms would have. */
  let inBranches = 0
  let counting: Database['pool']

  beforeAll(async () => {
    database = await stack.use(await createDatabase()).open()
    filled = await fill(database, Array.from({ length: size }, passage))
    counting = new Proxy(database.pool, {
      get: (target, property) => {
        if (property !== 'query') return Reflect.get(target, property)
        return (query: { text: string }) => {
          if (query.text.includes(' OR (')) inBranches++
          return target.query(query)
        }
      },
    })
  }, 120_000)
  afterAll(() => stack.disposeAsync())

  const languagesOf = (chunks: number) => [{ language: null, chunks }]
  const find = (
    { collectionId, size: chunks }: Filled,
    text: string,
    limit: number,
    context: readonly WeightedText[] = [],
  ) =>
    searchLexical(counting, {
      ...{ collectionId, languages: languagesOf(chunks), query: { ...unquoted(text), context } },
      ...{ filter: null, limit },
    })

  /** The best of all passages that the plan allows for, each of them scored. */
  async function plainly(
    { collectionId, frequencies }: Filled,
    text: string,
    limit: number,
    context: readonly WeightedText[] = [],
  ) {
    const concepts = queryConcepts(text, languagesOf(size))
    const beside = contextConcepts(context, concepts, languagesOf(size))
    const statistics = {
      chunks: size,
      frequencies: new Map(
        conceptTermIds(collectionId, [...concepts, ...beside]).map(
          (id) => [id, frequencies.get(id) ?? 0] as const,
        ),
      ),
    }
    const telling = tellingConcepts(collectionId, beside, statistics)
    const plan = planQuery(collectionId, concepts, statistics, telling)
    const { rows } = await database.pool.query<{ id: string; score: number }>(
      `SELECT id, -(weights <#> $2::sparsevec) AS score FROM chunk
       WHERE collection_id = $1 AND term_ids && $3::int[] AND ($4::int[] IS NULL OR term_ids && $4::int[])
       ORDER BY score DESC, id LIMIT $5`,
      [collectionId, plan?.weights, plan?.candidateTerms, plan?.companionTerms, limit],
    )
    return rows
  }

  const question = () => {
    const topic = anyRank()
    return Array.from({ length: 2 + Math.floor(7 * random()) }, (_, index) =>
      word(index % 2 === 0 ? (topic + index) % vocabulary : anyRank()),
    ).join(' ')
  }

  test.each([5, 10, 50])('what is passed over would not have been among the best %i', async (limit) => {
    inBranches = 0
    for (let index = 0; index < 60; index++) {
      const text = question()
      const { candidates } = await find(filled, text, limit)
      const rows = await plainly(filled, text, limit)
      if (rows.length < limit) continue
      const found = candidates.map(({ passage: { id }, score }) => [id, score])
      expect(found, text).toEqual(rows.map(({ id, score }) => [id, score]))
    }
    expect(inBranches).toBeGreaterThan(10)
  })

  test.each([5, 50])('nor in the context of a conversation, among the best %i', async (limit) => {
    for (let index = 0; index < 60; index++) {
      const text = question()
      const context = [
        { text: `${question()} ${question()}`, weight: 0.4 },
        { text: `${question()} ${question()} ${question()}`, weight: 0.15 },
      ]
      const { candidates } = await find(filled, text, limit, context)
      const rows = await plainly(filled, text, limit, context)
      if (rows.length < limit) continue
      const found = candidates.map(({ passage: { id }, score }) => [id, score])
      expect(found, text).toEqual(rows.map(({ id, score }) => [id, score]))
    }
  })

  test('the few passages of a rare word stay the best where a common one fills up the list', async () => {
    // More than are scored of one word, and what is sought comes last.
    const texts = Array.from({ length: 20_200 }, (_, index) => [
      'common',
      ...(index >= 20_197 ? ['rare'] : []),
    ])
    const large = await fill(database, texts)
    const { candidates } = await find(large, 'rare common', 10)
    expect(candidates).toHaveLength(10)
    expect(candidates.slice(0, 3).map(({ passage: { id } }) => id)).toEqual(large.ids.slice(-3))
  })
})
