import type { Database } from '../db/database.ts'
import { findCollection } from '../db/sql/collection.ts'
import { NotFoundError } from '../errors.ts'
import type { EmbeddedQuery } from './embed-query.ts'
import type { RetrievalExplain } from './explain.ts'
import { type Fused, fuse } from './fuse.ts'
import { type LexicalResult, searchLexical } from './lexical/search-lexical.ts'
import { RetrievalMode, type RetrieveRequest } from './retrieval.ts'
import type { StageClock } from './stage-clock.ts'
import { searchVector, type VectorResult } from './vector/search-vector.ts'

export interface SearchDependencies {
  readonly pool: Database['pool']
  readonly workspaceId: string
  readonly clock: StageClock
  /** Asked at most once, and not for LEXICAL. */
  readonly embed: () => Promise<EmbeddedQuery>
}

export interface Ranked extends Pick<RetrievalExplain, 'fallback' | 'lexical' | 'vector'> {
  readonly collectionId: string
  /** What ran. */
  readonly mode: RetrievalMode
  /** Best first. */
  readonly ranked: readonly Fused[]
}

/**
 * The passages of a collection in the order of the mode, `depth` of each search.
 * @throws NotFoundError where the workspace has no such collection
 */
export function search(
  dependencies: SearchDependencies,
  request: RetrieveRequest,
  depth: number,
): Promise<Ranked> {
  return request.mode === RetrievalMode.Lexical
    ? byWords(dependencies, request, depth)
    : request.mode === RetrievalMode.Vector
      ? bySimilarity(dependencies, request, depth)
      : byBoth(dependencies, request, depth)
}

async function byWords(
  dependencies: SearchDependencies,
  request: RetrieveRequest,
  depth: number,
): Promise<Ranked> {
  const collectionId = await idOf(dependencies, request.collection)
  return wordsAlone(collectionId, await lexical(dependencies, collectionId, request, depth), null)
}

async function bySimilarity(
  dependencies: SearchDependencies,
  request: RetrieveRequest,
  depth: number,
): Promise<Ranked> {
  const embedding = dependencies.embed()
  embedding.catch(() => {})
  // Without a filter the search itself finds the collection: one statement is all there is.
  const collection = request.filter
    ? { id: await idOf(dependencies, request.collection) }
    : { name: request.collection }
  const embedded = await embedding
  if ('fallback' in embedded) throw new Error('VECTOR has nothing to fall back to')
  const found = await vector(dependencies, collection, embedded, request, depth)
  const { collectionId } = found
  if (collectionId === null) throw missing(request.collection)
  const ranked = found.candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, Math.max(0, score)),
    scores: { lexical: null, vector: score, rerank: null },
  }))
  const { explain } = found
  return { collectionId, mode: request.mode, ranked, fallback: null, lexical: null, vector: explain }
}

/** Words are searched while the query is being embedded, and on a connection of their own (docs/decisions/0022). */
async function byBoth(
  dependencies: SearchDependencies,
  request: RetrieveRequest,
  depth: number,
): Promise<Ranked> {
  const embedding = dependencies.embed()
  embedding.catch(() => {})
  const known = idOf(dependencies, request.collection)
  const words = known.then((id) => lexical(dependencies, id, request, depth))
  words.catch(() => {})
  const embedded = await embedding
  if ('fallback' in embedded) return wordsAlone(await known, await words, embedded.fallback)
  const collection = request.filter ? { id: await known } : { name: request.collection }
  const near = await vector(dependencies, collection, embedded, request, depth)
  const { candidates } = await words
  const ranked = dependencies.clock.timeSync('fuse', () => fuse(candidates, near.candidates))
  return {
    collectionId: await known,
    mode: request.mode,
    ranked,
    fallback: null,
    lexical: { candidates: candidates.length },
    vector: near.explain,
  }
}

/** 1 would be a passage that no other could exceed for this query. */
function wordsAlone(
  collectionId: string,
  { candidates, upperBound }: LexicalResult,
  fallback: RetrievalExplain['fallback'],
): Ranked {
  const ranked = candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, score / upperBound),
    scores: { lexical: score, vector: null, rerank: null },
  }))
  const explain = { fallback, lexical: { candidates: candidates.length }, vector: null }
  return { collectionId, mode: RetrievalMode.Lexical, ranked, ...explain }
}

const lexical = (
  { pool, clock }: SearchDependencies,
  collectionId: string,
  { query, filter }: RetrieveRequest,
  limit: number,
) => clock.time('lexical', () => searchLexical(pool, { collectionId, query, filter, limit }))

const vector = (
  { pool, clock, workspaceId }: SearchDependencies,
  collection: { readonly id: string } | { readonly name: string },
  embedded: Exclude<EmbeddedQuery, { readonly fallback: unknown }>,
  { filter }: RetrieveRequest,
  limit: number,
): Promise<VectorResult> =>
  clock.time('vector', () => searchVector(pool, { ...embedded, workspaceId, collection, filter, limit }))

async function idOf({ pool, workspaceId }: SearchDependencies, name: string): Promise<string> {
  const [collection] = await findCollection(pool, workspaceId, name)
  if (!collection) throw missing(name)
  return collection.id
}

const missing = (name: string) => new NotFoundError(`There is no collection named ${name}`)
