import type { Queryable } from '../database.ts'
import { statement } from '../statement.ts'
import { type FilterFields, filterCondition } from './document-filter.ts'
import { type PassageRow, passageColumns } from './passage.ts'

const family = 'search'

type Found = PassageRow & { score: number }

/**
 * The passages with the highest BM25 sums among those that hold one of `candidateTerms`.
 * `queryWeights` is the sparse vector of the query terms' inverse document frequencies. With `companionTerms`, a passage
 * holds one of those as well.
 */
export async function searchWords(
  db: Queryable,
  search: {
    collectionId: string
    queryWeights: string
    candidateTerms: number[]
    companionTerms?: number[]
    limit: number
  },
  filter: FilterFields | null,
): Promise<Found[]> {
  const { collectionId, queryWeights, candidateTerms, companionTerms, limit } = search
  const parameters = [collectionId, queryWeights, candidateTerms, limit] as const
  if (!filter)
    return companionTerms ? wordsTogether(db, ...parameters, companionTerms) : words(db, ...parameters)
  const companions = companionTerms ? [companionTerms] : []
  const condition = filterCondition(filter, parameters.length + companions.length + 1)
  const filtered = statement<readonly unknown[], Found>(
    family,
    'words_filtered',
    wordsText(
      'JOIN document ON document.id = chunk.document_id',
      `${companionTerms ? andCompanion : ''}${condition.sql}`,
    ),
    { prepare: false },
  )
  return filtered(db, ...parameters, ...companions, ...condition.parameters)
}

const andCompanion = ' AND chunk.term_ids && $5::int[]'

/**
 * How many passages are scored at the most. Candidates are kept below by their terms (plan-query.ts), but one term has
 * to be searched, and a word such as "the" is in half of a million passages: which of them come first says nothing.
 */
const mostScored = 20_000

const anyCandidate = 'chunk.term_ids && $3::int[]'

// The best ones are found first, from ids and weights alone; only theirs are the other columns read.
const wordsText = (join: string, condition: string, words = anyCandidate) => `
  WITH best AS MATERIALIZED (
    SELECT id, score FROM (
      SELECT chunk.id, -(chunk.weights <#> $2::sparsevec) AS score FROM chunk ${join}
      WHERE chunk.collection_id = $1 AND ${words}${condition} LIMIT ${mostScored}) AS scored
    ORDER BY score DESC, id LIMIT $4)
  SELECT ${passageColumns}, best.score FROM best JOIN chunk USING (id) ORDER BY best.score DESC, chunk.id`

const words = statement<
  [collectionId: string, queryWeights: string, candidateTerms: number[], limit: number],
  Found
>(family, 'words', wordsText('', ''))

const wordsTogether = statement<
  [
    collectionId: string,
    queryWeights: string,
    candidateTerms: number[],
    limit: number,
    companionTerms: number[],
  ],
  Found
>(family, 'words_together', wordsText('', andCompanion))

/** Where passages are looked for: those with a term of `alone`, and those with one of both lists of a pair. */
export interface WordBranches {
  readonly alone: number[]
  /** mostPairs at the most. */
  readonly pairs: readonly { readonly driver: number[]; readonly others: number[] }[]
}

/** Each pair is a scan of the index by itself. */
export const mostPairs = 6

/** The passages with the highest BM25 sums among those in one of the branches. */
export function searchWordBranches(
  db: Queryable,
  search: { collectionId: string; queryWeights: string; branches: WordBranches; limit: number },
): Promise<Found[]> {
  const { collectionId, queryWeights, branches, limit } = search
  const { alone, pairs } = branches
  const find = wordsInBranches[pairs.length]
  if (!find) throw new RangeError(`${pairs.length} pairs of terms are too many`)
  const terms = pairs.flatMap(({ driver, others }) => [driver, others])
  return find(db, collectionId, queryWeights, alone, limit, ...terms)
}

/** By the number of pairs. */
const wordsInBranches = Array.from({ length: mostPairs + 1 }, (_, pairs) =>
  statement<readonly unknown[], Found>(
    family,
    `words_${pairs}`,
    wordsText('', '', `(${[anyCandidate, ...Array.from({ length: pairs }, bothOf)].join(' OR ')})`),
  ),
)

function bothOf(_: unknown, index: number): string {
  const [driver, others] = [5 + 2 * index, 6 + 2 * index]
  return `(chunk.term_ids && $${driver}::int[] AND chunk.term_ids && $${others}::int[])`
}

/** How many searchable passages a filter leaves, counted up to `limit`. */
export async function countPassages(
  db: Queryable,
  collectionId: string,
  filter: FilterFields | null,
  limit: number,
): Promise<number> {
  const condition = filter ? filterCondition(filter, 3) : { sql: '', parameters: [] }
  const join = filter ? 'JOIN document ON document.id = chunk.document_id' : ''
  const count = statement<readonly unknown[], { count: number }>(
    family,
    'count',
    `SELECT count(*)::int AS count FROM (
       SELECT FROM chunk ${join} WHERE chunk.collection_id = $1 AND chunk.term_ids IS NOT NULL${condition.sql}
       LIMIT $2) AS matching`,
    { prepare: false },
  )
  const [row] = await count(db, collectionId, limit, ...condition.parameters)
  return row?.count ?? 0
}

/**
 * How many searchable passages match a filter, of how many. `complete`: false where only `limit` documents that match
 * were looked at.
 */
export async function measureFilter(
  db: Queryable,
  collectionId: string,
  filter: FilterFields,
  limit: number,
): Promise<{ matching: number; passages: number; complete: boolean }> {
  const condition = filterCondition(filter, 3)
  const measure = statement<readonly unknown[], { matching: number; passages: number; documents: number }>(
    family,
    'measure_filter',
    `SELECT count(*)::int AS documents, COALESCE(sum(chunk_count), 0)::int AS matching,
       (SELECT COALESCE(sum(chunks), 0)::int FROM (
         SELECT chunks FROM lexical_statistic WHERE collection_id = $1
         UNION ALL SELECT chunks FROM lexical_delta WHERE collection_id = $1) AS total) AS passages
     FROM (SELECT chunk_count FROM document
       WHERE collection_id = $1 AND chunk_count > 0${condition.sql} LIMIT $2) AS matching`,
    { prepare: false },
  )
  const [row] = await measure(db, collectionId, limit, ...condition.parameters)
  return {
    matching: row?.matching ?? 0,
    passages: row?.passages ?? 0,
    complete: (row?.documents ?? 0) < limit,
  }
}
