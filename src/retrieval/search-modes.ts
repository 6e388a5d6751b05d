import type { Database } from '../db/database.ts'
import type { SearchedCollection } from '../db/sql/collection.ts'
import type { EmbeddedQuery } from './embed-query.ts'
import type { RetrievalExplain } from './explain.ts'
import { type Fused, fuse } from './fuse.ts'
import type { ParsedQuery } from './lexical/parse-query.ts'
import { passageLanguages } from './lexical/passage-languages.ts'
import { passagesWithPhrases } from './lexical/passages-with-phrases.ts'
import { type LexicalResult, searchLexical } from './lexical/search-lexical.ts'
import { RetrievalMode, type RetrieveRequest } from './retrieval.ts'
import { missing, type SpaceGuesses, type WorkspaceSpace } from './searched-collection.ts'
import type { StageClock } from './stage-clock.ts'
import { searchVector, searchVectorAmong, type VectorResult } from './vector/search-vector.ts'

export interface SearchDependencies {
  readonly pool: Database['pool']
  readonly workspaceId: string
  readonly clock: StageClock
  readonly guesses: SpaceGuesses
  /** @throws NotFoundError */
  readonly find: () => Promise<SearchedCollection>
  /** Not asked for LEXICAL. */
  readonly embed: (space: WorkspaceSpace) => Promise<EmbeddedQuery>
}

export interface Search extends Omit<RetrieveRequest, 'query'> {
  readonly query: ParsedQuery
  /** How many of each ranking. */
  readonly depth: number
}

export interface Ranked extends Pick<RetrievalExplain, 'fallback' | 'lexical' | 'vector'> {
  readonly collectionId: string
  /** What was searched, or would have been. */
  readonly space: WorkspaceSpace
  /** What ran. */
  readonly mode: RetrievalMode
  /** Best first. */
  readonly ranked: readonly Fused[]
}

/**
 * The passages of a collection in the order of the mode.
 * @throws NotFoundError where the workspace has no such collection
 */
export async function search(dependencies: SearchDependencies, request: Search): Promise<Ranked> {
  if (request.mode === RetrievalMode.Vector && !request.filter && request.query.phrases.length === 0) {
    const found = await guessed(dependencies, request)
    if (found) return found
  }
  const collection = await dependencies.find()
  dependencies.guesses.set(dependencies.workspaceId, collection)
  return searches[request.mode](dependencies, request, collection)
}

const searches = { LEXICAL: byWords, VECTOR: bySimilarity, HYBRID: byBoth } as const

/** One statement is all there is where the space is known; null where it is not, or is another one by now. */
async function guessed(dependencies: SearchDependencies, request: Search): Promise<Ranked | null> {
  const space = dependencies.guesses.get(dependencies.workspaceId)
  if (!space) return null
  const embedded = await dependencies.embed(space).catch(async (error: unknown) => {
    // That there is no such collection comes before that the model is away.
    await dependencies.find()
    throw error
  })
  if ('fallback' in embedded) return null
  const found = await vector(dependencies, { name: request.collection }, embedded, request)
  if (found.collectionId === null) throw missing(request.collection)
  return found.spaceId === space.space_id ? similar(found.collectionId, space, found) : null
}

async function byWords(
  dependencies: SearchDependencies,
  request: Search,
  collection: SearchedCollection,
): Promise<Ranked> {
  return wordsAlone(collection, await lexical(dependencies, collection, request), null)
}

async function bySimilarity(
  dependencies: SearchDependencies,
  request: Search,
  collection: SearchedCollection,
): Promise<Ranked> {
  const embedded = await dependencies.embed(collection)
  if ('fallback' in embedded) throw new Error('VECTOR has nothing to fall back to')
  return similar(collection.id, collection, await nearest(dependencies, collection, embedded, request))
}

/** Words are searched while the query is being embedded, and on a connection of their own (docs/decisions/0022). */
async function byBoth(
  dependencies: SearchDependencies,
  request: Search,
  collection: SearchedCollection,
): Promise<Ranked> {
  const words = lexical(dependencies, collection, request)
  words.catch(() => {})
  const embedded = await dependencies.embed(collection)
  if ('fallback' in embedded) return wordsAlone(collection, await words, embedded.fallback)
  const near = await nearest(dependencies, collection, embedded, request)
  const found = await words
  return {
    collectionId: collection.id,
    space: collection,
    mode: RetrievalMode.Hybrid,
    ranked: dependencies.clock.timeSync('fuse', () => fuse(found, near.candidates, request.depth)),
    fallback: null,
    lexical: { candidates: found.candidates.length },
    vector: near.explain,
  }
}

/** 1 would be a passage that no other could exceed for this query. */
function wordsAlone(
  collection: SearchedCollection,
  { candidates, upperBound }: LexicalResult,
  fallback: RetrievalExplain['fallback'],
): Ranked {
  const ranked = candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, score / upperBound),
    scores: { lexical: score, vector: null, rerank: null },
  }))
  const explain = { fallback, lexical: { candidates: candidates.length }, vector: null }
  return { collectionId: collection.id, space: collection, mode: RetrievalMode.Lexical, ranked, ...explain }
}

function similar(
  collectionId: string,
  space: WorkspaceSpace,
  { candidates, explain }: Pick<VectorResult, 'candidates' | 'explain'>,
): Ranked {
  const ranked = candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, Math.max(0, score)),
    scores: { lexical: null, vector: score, rerank: null },
  }))
  return {
    ...{ collectionId, space, mode: RetrievalMode.Vector, ranked },
    ...{ fallback: null, lexical: null, vector: explain },
  }
}

type Embedded = Exclude<EmbeddedQuery, { readonly fallback: unknown }>

const lexical = ({ pool, clock }: SearchDependencies, collection: SearchedCollection, request: Search) => {
  const { query, filter, depth: limit } = request
  const languages = passageLanguages(collection, request.language ?? null)
  return clock.time('lexical', () =>
    searchLexical(pool, { collectionId: collection.id, languages, query, filter, limit }),
  )
}

/** Of those that hold the query's phrases, where it has some. */
function nearest(
  dependencies: SearchDependencies,
  collection: SearchedCollection,
  embedded: Embedded,
  request: Search,
): Promise<Pick<VectorResult, 'candidates' | 'explain'>> {
  const { pool, clock } = dependencies
  const { query, filter, depth: limit } = request
  if (query.phrases.length === 0) {
    // Its id lets the plan of a filter know how large the collection is; else one plan serves all.
    const { id } = collection
    return vector(dependencies, filter ? { id } : { name: request.collection }, embedded, request)
  }
  return clock.time('vector', async () => {
    const languages = passageLanguages(collection, request.language ?? null)
    const held = { collectionId: collection.id, languages, query, filter }
    const chunkIds = (await passagesWithPhrases(pool, held)) ?? []
    return searchVectorAmong(pool, { ...embedded, collectionId: collection.id, chunkIds, limit })
  })
}

const vector = (
  { pool, clock, workspaceId }: SearchDependencies,
  collection: { readonly id: string } | { readonly name: string },
  embedded: Embedded,
  { filter, depth: limit }: Search,
): Promise<VectorResult> =>
  clock.time('vector', () => searchVector(pool, { ...embedded, workspaceId, collection, filter, limit }))
