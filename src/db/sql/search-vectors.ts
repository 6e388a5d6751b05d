import type { Queryable } from '../database.ts'
import { statement } from '../statement.ts'
import { type FilterFields, filterCondition } from './document-filter.ts'
import { type PassageRow, passageColumns } from './passage.ts'

const family = 'search'

export interface VectorSearch {
  readonly space: { readonly id: number; readonly dimensions: number }
  readonly workspaceId: string
  /** By name one statement does it all; where a filter is given its id lets the plan know how large it is. */
  readonly collection: { readonly name: string } | { readonly id: string }
  /** pgvector's binary form of a halfvec. */
  readonly vector: Buffer
  readonly limit: number
  readonly filter: FilterFields | null
  /** Scores every passage that matches, however many there are. */
  readonly exhaustive?: boolean
}

export interface NearestRows {
  /** Null where the workspace has no such collection. */
  readonly collectionId: string | null
  /** The space that the workspace searches now: another one than was searched, where it has just switched. */
  readonly spaceId: number | null
  /** Whether every matching passage was scored, or the space's HNSW index was searched. */
  readonly exact: boolean
  /** Whether the index gave up before enough of what it came by had matched. */
  readonly short: boolean
  /** Best first. */
  readonly rows: (PassageRow & { score: number })[]
}

type Row = PassageRow & {
  collection: string
  space: number | null
  exact: boolean
  found: number
  score: number
}

/** A statement is made for the next of these, so that there are few of them. */
const limits = [5, 10, 20, 50, 100]

/**
 * The passages whose embeddings have the highest cosine similarity to `vector`, all in one statement: the collection,
 * how to search, the search and the passages. It scores all matching passages where they are few, and else goes through
 * the space's HNSW index until enough of what it comes by matches (docs/decisions/0021).
 */
export async function searchVectors(db: Queryable, search: VectorSearch): Promise<NearestRows> {
  const { space, workspaceId, collection, vector, filter, exhaustive = false } = search
  const limit = limits.find((each) => each >= search.limit) ?? search.limit
  const condition = filter && filterCondition(filter, 4)
  const byId = 'id' in collection
  const nearest = condition
    ? filteredStatement(vectorsText(space, limit, byId, condition.sql, exhaustive))
    : plainStatement(space, limit, byId, exhaustive)
  const found = await nearest(
    db,
    workspaceId,
    'id' in collection ? collection.id : collection.name,
    vector,
    ...(condition?.parameters ?? []),
  )
  const [first] = found
  if (!first) return { collectionId: null, spaceId: null, exact: true, short: false, rows: [] }
  const rows = found.filter(({ id }) => id !== null).slice(0, search.limit)
  return {
    collectionId: first.collection,
    spaceId: first.space,
    exact: first.exact,
    short: !first.exact && first.found < surplus(filter) * limit,
    rows: rows.map(({ collection: _collection, space: _space, exact: _exact, found: _found, ...row }) => row),
  }
}

type NearestStatement = (db: Queryable, ...parameters: readonly unknown[]) => Promise<Row[]>

/** A filter makes its own text, and is planned for its values. */
const filteredStatement = (text: string): NearestStatement =>
  statement<readonly unknown[], Row>(family, 'vectors_filtered', text, { prepare: false })

const plainStatements = new Map<string, NearestStatement>()

/** Planned once for all collections, and its text made once. */
function plainStatement(
  space: VectorSearch['space'],
  limit: number,
  byId: boolean,
  exhaustive: boolean,
): NearestStatement {
  const name = `vectors_${space.id}_${space.dimensions}_${limit}${byId ? '_by_id' : ''}${exhaustive ? '_all' : ''}`
  const known = plainStatements.get(name)
  if (known) return known
  const made = statement<readonly unknown[], Row>(
    family,
    name,
    vectorsText(space, limit, byId, null, exhaustive),
  )
  plainStatements.set(name, made)
  return made
}

/**
 * All passages are scored where their number, squared, is at most this times the limit times the vectors of the space:
 * scoring n takes time in proportion to n, and an index scan to limit × vectors ÷ n. With a filter a passage costs more.
 */
const exactFactor = { plain: 32, filtered: 10 } as const

/**
 * How many times as many matches as are wanted the index is to come by: a later batch of an iterative scan may hold
 * nearer ones than an earlier, the more so where a filter keeps what is nearest out.
 */
const surplus = (filter: unknown) => (filter === null ? 2 : 4)

/** How many of the nearest of the whole space the index is asked for at the most, times the square root of the limit. */
const scanFactor = 1_000

// Parameters: $1 workspace, $2 collection, $3 vector, then the filter's.
function vectorsText(
  { id, dimensions }: VectorSearch['space'],
  limit: number,
  byId: boolean,
  condition: string | null,
  exhaustive: boolean,
): string {
  const partition = `chunk_embedding_${id}`
  const factor = (condition === null ? exactFactor.plain : exactFactor.filtered) * limit
  // The index is on this very expression.
  const distance = `embedding.embedding::halfvec(${dimensions}) <=> $3::halfvec(${dimensions})`
  return `
  WITH target AS MATERIALIZED (
    SELECT id, (SELECT embedding_space_id FROM workspace WHERE workspace.id = $1) AS space,
      (SELECT GREATEST(reltuples, 10000) FROM pg_class WHERE oid = '${partition}'::regclass) AS vectors
    FROM collection WHERE workspace_id = $1 AND ${byId ? 'id = $2::uuid' : 'name = $2::text'}),
  ${condition === null ? '' : `matching AS MATERIALIZED (${matchingText(condition, exhaustive ? null : factor)}),`}
  choice AS MATERIALIZED (
    SELECT target.id, target.space, ${exhaustive ? 'TRUE' : `size.passages <= sqrt(${factor} * vectors)`} AS exact
    FROM target, LATERAL (${condition === null ? collectionSize : matchingSize}) AS size),
  near AS MATERIALIZED (
    (${condition === null ? exactPlain(partition, distance) : exactFiltered(partition, distance)} LIMIT ${limit})
    UNION ALL
    (${indexed(partition, distance, condition, limit)})),
  nearest AS MATERIALIZED (SELECT * FROM near WHERE distance < 'Infinity' ORDER BY distance LIMIT ${limit})
  SELECT choice.id AS collection, choice.space, choice.exact, (SELECT count(*)::int FROM near) AS found,
    1 - nearest.distance AS score, ${passageColumns}
  FROM choice LEFT JOIN (nearest JOIN chunk ON chunk.id = nearest.chunk_id) ON TRUE
  ORDER BY nearest.distance, chunk.id`
}

/** The searchable passages of the collection: what was folded and what was not yet. */
const collectionSize = `
  SELECT COALESCE((SELECT chunks FROM lexical_statistic WHERE collection_id = target.id), 0)::float8
    + COALESCE((SELECT sum(chunks) FROM lexical_delta WHERE collection_id = target.id), 0) AS passages`

const matchingSize = 'SELECT COALESCE(sum(passages), 0)::float8 AS passages FROM matching'

/** The documents that match, and no more of them than tell that they are too many. */
const matchingText = (condition: string, factor: number | null) => `
  SELECT document.id, document.chunk_count AS passages FROM document
  WHERE document.collection_id = $2::uuid AND document.workspace_id = $1 AND document.chunk_count > 0${condition}
  ${factor === null ? '' : `LIMIT (SELECT ceil(sqrt(${factor} * vectors))::int + 1 FROM target)`}`

// Of the two searches one runs: what a subquery says before is asked once, and the other is not begun. "+ 0" keeps
// the HNSW index from this one, and a range, whose extent no plan knows, has the collection's index read: its estimate
// for an equality would be that of the average collection, and for a small one the whole space would be read.
const exactPlain = (partition: string, distance: string) => `
  SELECT embedding.chunk_id, ${distance} AS distance FROM ${partition} AS embedding
  WHERE embedding.collection_id >= (SELECT id FROM choice) AND embedding.collection_id <= (SELECT id FROM choice)
    AND (SELECT exact FROM choice)
  ORDER BY (${distance}) + 0`

const exactFiltered = (partition: string, distance: string) => `
  SELECT embedding.chunk_id, ${distance} AS distance FROM matching
    JOIN chunk ON chunk.document_id = matching.id AND chunk.term_ids IS NOT NULL
    JOIN ${partition} AS embedding ON embedding.chunk_id = chunk.id
  WHERE (SELECT exact FROM choice)
  ORDER BY (${distance}) + 0`

// The nearest of the space in the index's order, of which what does not match is left out, until there are enough. Where
// what matches lies far from the query, few come by: this ends after a while, and is then known not to have found the
// nearest.
const indexed = (partition: string, distance: string, condition: string | null, limit: number) => `
  SELECT chunk_id, distance FROM (
    SELECT embedding.chunk_id, embedding.collection_id, ${distance} AS distance FROM ${partition} AS embedding
    WHERE NOT (SELECT exact FROM choice)
    ORDER BY ${distance} LIMIT ${Math.ceil(scanFactor * Math.sqrt(limit))}) AS scanned
  WHERE collection_id = (SELECT id FROM choice)${
    condition === null
      ? ''
      : `
    AND (SELECT TRUE${condition} FROM chunk JOIN document ON document.id = chunk.document_id WHERE chunk.id = chunk_id)`
  }
  LIMIT ${surplus(condition) * limit}`

/** Of the passages with these ids, those whose embeddings have the highest cosine similarity to `vector`. Best first. */
export function searchVectorsAmong(
  db: Queryable,
  search: Pick<VectorSearch, 'space' | 'vector' | 'limit'> & {
    readonly collectionId: string
    readonly chunkIds: string[]
  },
): Promise<(PassageRow & { score: number })[]> {
  const { space, collectionId, vector, limit, chunkIds } = search
  const { id, dimensions } = space
  const among = statement<
    [collectionId: string, chunkIds: string[], vector: Buffer, limit: number],
    PassageRow & { score: number }
  >(
    family,
    `vectors_among_${id}_${dimensions}`,
    `WITH nearest AS MATERIALIZED (
       SELECT chunk_id, embedding::halfvec(${dimensions}) <=> $3::halfvec(${dimensions}) AS distance
       FROM chunk_embedding_${id} WHERE chunk_id = ANY($2::uuid[]) AND collection_id = $1
       ORDER BY 2 LIMIT $4)
     SELECT ${passageColumns}, 1 - nearest.distance AS score
     FROM nearest JOIN chunk ON chunk.id = nearest.chunk_id WHERE nearest.distance < 'Infinity'
     ORDER BY nearest.distance, chunk.id`,
  )
  return among(db, collectionId, chunkIds, vector, limit)
}
