import type { Database } from '../db/database.ts'
import type { SearchedCollection } from '../db/sql/collection.ts'
import type { EmbeddedQuery } from './embed-query.ts'
import type { RetrievalExplain } from './explain.ts'
import { type Fused, fuse } from './fuse.ts'
import type { HeldPassages } from './lexical/find-phrases.ts'
import type { ParsedQuery } from './lexical/parse-query.ts'
import { passageLanguages } from './lexical/passage-languages.ts'
import { mostHeld, passagesWithPhrases } from './lexical/passages-with-phrases.ts'
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
  /** False where other passages may hold the query's phrases, too. */
  readonly complete: boolean
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
  return found.spaceId === space.space_id ? similar(found.collectionId, space, found, null) : null
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
  const held = await phrasesAlone(dependencies, collection, request)
  const found = await nearest(dependencies, collection, embedded, request, held)
  return similar(collection.id, collection, found, held)
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
  // Vectors are searched among what holds the phrases: that has to be known first.
  const held = request.query.phrases.length > 0 ? (await words).held : null
  const near = await nearest(dependencies, collection, embedded, request, held)
  const found = await words
  return {
    collectionId: collection.id,
    space: collection,
    mode: RetrievalMode.Hybrid,
    ranked: dependencies.clock.timeSync('fuse', () => fuse(found, near.candidates, request.depth)),
    complete: isComplete(held),
    fallback: null,
    lexical: { candidates: found.candidates.length },
    vector: near.explain,
  }
}

const isComplete = (held: HeldPassages | null) => held?.complete ?? true

/** 1 would be a passage that no other could exceed for this query. */
function wordsAlone(
  collection: SearchedCollection,
  { candidates, upperBound, held }: LexicalResult,
  fallback: RetrievalExplain['fallback'],
): Ranked {
  const ranked = candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, score / upperBound),
    scores: { lexical: score, vector: null, rerank: null },
  }))
  const explain = { fallback, lexical: { candidates: candidates.length }, vector: null }
  return {
    ...{ collectionId: collection.id, space: collection, mode: RetrievalMode.Lexical, ranked },
    complete: isComplete(held),
    ...explain,
  }
}

function similar(
  collectionId: string,
  space: WorkspaceSpace,
  { candidates, explain }: Pick<VectorResult, 'candidates' | 'explain'>,
  held: HeldPassages | null,
): Ranked {
  const ranked = candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, Math.max(0, score)),
    scores: { lexical: null, vector: score, rerank: null },
  }))
  return {
    ...{ collectionId, space, mode: RetrievalMode.Vector, ranked, complete: isComplete(held) },
    ...{ fallback: null, lexical: null, vector: explain },
  }
}

type Embedded = Exclude<EmbeddedQuery, { readonly fallback: unknown }>

const lexical = ({ pool, clock }: SearchDependencies, collection: SearchedCollection, request: Search) => {
  const { query, filter, mode, depth: limit } = request
  const languages = passageLanguages(collection, request.language ?? null)
  // HYBRID searches vectors among all that hold the phrases.
  const heldLimit = mode === RetrievalMode.Hybrid ? mostHeld : limit
  return clock.time('lexical', () =>
    searchLexical(pool, { collectionId: collection.id, languages, query, filter, limit, heldLimit }),
  )
}

/** Null for a query without phrases. */
async function phrasesAlone(
  { pool, clock }: SearchDependencies,
  collection: SearchedCollection,
  { query, filter, language }: Search,
): Promise<HeldPassages | null> {
  if (query.phrases.length === 0) return null
  const languages = passageLanguages(collection, language ?? null)
  return clock.time('vector', () =>
    passagesWithPhrases(pool, { collectionId: collection.id, languages, query, filter }),
  )
}

/** Of those that hold the query's phrases, where it has some. */
function nearest(
  dependencies: SearchDependencies,
  collection: SearchedCollection,
  embedded: Embedded,
  request: Search,
  held: HeldPassages | null,
): Promise<Pick<VectorResult, 'candidates' | 'explain'>> {
  const { pool, clock } = dependencies
  const { filter, depth: limit } = request
  const { id: collectionId } = collection
  if (!held) {
    // Its id lets the plan of a filter know how large the collection is; else one plan serves all.
    return vector(
      dependencies,
      filter ? { id: collectionId } : { name: request.collection },
      embedded,
      request,
    )
  }
  const chunkIds = held.rows.map(({ id }) => id)
  return clock.time('vector', () => searchVectorAmong(pool, { ...embedded, collectionId, chunkIds, limit }))
}

const vector = (
  { pool, clock, workspaceId }: SearchDependencies,
  collection: { readonly id: string } | { readonly name: string },
  embedded: Embedded,
  { filter, depth: limit }: Search,
): Promise<VectorResult> =>
  clock.time('vector', () => searchVector(pool, { ...embedded, workspaceId, collection, filter, limit }))
