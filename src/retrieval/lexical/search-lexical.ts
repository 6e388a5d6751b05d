import type pg from 'pg'
import { readStatistics } from '../../db/sql/lexical-statistics.ts'
import type { PassageRow } from '../../db/sql/passage.ts'
import { searchWordBranches, searchWords } from '../../db/sql/search.ts'
import type { DocumentFilter } from '../retrieval.ts'
import { contextConcepts, tellingConcepts } from './context-concepts.ts'
import { findPhrases, type HeldPassages } from './find-phrases.ts'
import { likelyScore } from './likely-score.ts'
import type { ParsedQuery } from './parse-query.ts'
import { conceptTermIds, type LexicalQuery, planQuery } from './plan-query.ts'
import { type Concept, type PassageLanguage, queryConcepts } from './query-concepts.ts'
import { wordBranches } from './word-branches.ts'

export interface Candidate {
  readonly passage: PassageRow
  /** The retriever's own: BM25 or cosine similarity. */
  readonly score: number
}

export interface LexicalResult {
  /** Best first. */
  readonly candidates: readonly Candidate[]
  /** What no BM25 sum of this query can exceed, where each word has one form in a passage. */
  readonly upperBound: number
  /** The same, had a passage every word of the query: those that no passage has included. */
  readonly questionBound: number
  /** The passages that hold the query's phrases, and `candidates` are the first of; null for a query without phrases. */
  readonly held: HeldPassages | null
}

export interface LexicalSearch {
  readonly collectionId: string
  /** Of the collection's passages. */
  readonly languages: readonly PassageLanguage[]
  readonly query: ParsedQuery
  readonly filter: DocumentFilter | null
  readonly limit: number
  /**
   * How many of the passages that hold the query's phrases are told.
   * @default limit
   */
  readonly heldLimit?: number
}

/** What phrases weigh beside other words: every hit has them, and those rank. */
const BESIDE_REST = 0.1

const nothing = { candidates: [], upperBound: 0, questionBound: 0 }

/** The passages of a collection with the highest BM25 sums for a query, of those that hold its phrases. */
export async function searchLexical(pool: pg.Pool, search: LexicalSearch): Promise<LexicalResult> {
  const { query, limit } = search
  const plan = await planSearch(pool, search)
  if (!plan) return { ...nothing, held: query.phrases.length > 0 ? { rows: [], complete: true } : null }
  const held = query.phrases.length > 0 ? await findHeld(pool, search, plan) : null
  const rows = held ? held.rows.slice(0, limit) : await findWords(pool, search, plan)
  const candidates = rows.map(({ score, ...passage }) => ({ passage, score }))
  return { candidates, upperBound: plan.upperBound, questionBound: plan.questionBound, held }
}

/** @returns null where no passage has any word of the query */
async function planSearch(
  pool: pg.Pool,
  { collectionId, languages, query }: LexicalSearch,
): Promise<LexicalQuery | null> {
  const concepts = conceptsOf(query, languages)
  const beside = contextConcepts(query.context ?? [], concepts, languages)
  if (concepts.length === 0 && beside.length === 0) return null
  const ids = conceptTermIds(collectionId, [...concepts, ...beside])
  const [statistics] = await readStatistics(pool, collectionId, ids)
  if (!statistics) return null
  const frequencies = new Map(
    statistics.term_ids.map((id, index) => [id, statistics.frequencies[index] ?? 0] as const),
  )
  const known = { chunks: statistics.chunks, frequencies }
  return planQuery(collectionId, concepts, known, tellingConcepts(collectionId, beside, known))
}

function findHeld(
  pool: pg.Pool,
  { collectionId, languages, query, filter, limit, heldLimit = limit }: LexicalSearch,
  { weights: queryWeights }: LexicalQuery,
): Promise<HeldPassages> {
  const { phrases } = query
  return findPhrases(pool, { collectionId, phrases, languages, queryWeights, filter, limit: heldLimit })
}

function conceptsOf({ phrases, text, rest }: ParsedQuery, languages: readonly PassageLanguage[]): Concept[] {
  if (phrases.length === 0) return queryConcepts(text, languages)
  const ranking = queryConcepts(rest, languages)
  const part = ranking.length > 0 ? BESIDE_REST : 1
  const quoted = phrases.flatMap(({ written }) => queryConcepts(written, languages))
  return [...ranking, ...quoted.map((concept) => ({ ...concept, weight: concept.weight * part }))]
}

/** As the statements order their rows. */
const byScore = (one: { id: string; score: number }, other: { id: string; score: number }) =>
  other.score - one.score || (one.id < other.id ? -1 : 1)

async function findWords(
  pool: pg.Pool,
  { collectionId, filter, limit }: LexicalSearch,
  plan: LexicalQuery,
): Promise<(PassageRow & { score: number })[]> {
  const best = filter ? null : await findInBranches(pool, { collectionId, limit }, plan)
  if (best) return best
  const find = (candidateTerms: number[]) =>
    searchWords(pool, { collectionId, queryWeights: plan.weights, candidateTerms, limit }, filter)
  if (plan.companionTerms) {
    const { weights: queryWeights, candidateTerms, companionTerms } = plan
    const together = { collectionId, queryWeights, candidateTerms, companionTerms, limit }
    const rows = await searchWords(pool, together, filter)
    if (rows.length === limit) return rows
  }
  let rows = await find(plan.decisiveTerms)
  // Every passage that was not looked at has less than restBound: where the last row has more, none is missing.
  const complete = rows.length === limit && (rows.at(-1)?.score ?? 0) > plan.restBound
  if (!complete && plan.decisiveTerms.length < plan.candidateTerms.length) {
    rows = await find(plan.candidateTerms)
  }
  if (rows.length === limit || !plan.partial) return rows
  // The rarest terms did not bring enough, mostly under a filter: all terms do what can be done. Of common ones not all
  // passages are scored: what the rarest brought may be none of those, and is the best there is.
  const known = new Set(rows.map(({ id }) => id))
  const others = (await find(plan.allTerms)).filter(({ id }) => !known.has(id))
  return [...rows, ...others].sort(byScore).slice(0, limit)
}

/**
 * What the plan's own terms would find, from fewer passages: from those that can have a likely score. Should the last
 * one found have less, those are scored that can have as much as it has, of which none is missing any more.
 */
async function findInBranches(
  pool: pg.Pool,
  { collectionId, limit }: Pick<LexicalSearch, 'collectionId' | 'limit'>,
  plan: LexicalQuery,
): Promise<(PassageRow & { score: number })[] | null> {
  let least = likelyScore(plan, limit)
  for (let tries = 0; tries < 2; tries++) {
    const branches = wordBranches(plan, least)
    if (!branches) return null
    const search = { collectionId, queryWeights: plan.weights, branches, limit }
    const rows = await searchWordBranches(pool, search)
    const last = rows.at(-1)
    if (rows.length < limit || !last) return null
    if (last.score >= least) return rows
    least = last.score
  }
  return null
}
