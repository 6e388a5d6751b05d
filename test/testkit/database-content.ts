import type pg from 'pg'

/** Each kind of row, apart from ids and times, as sorted JSON: two databases with the same content are equal. */
export type DatabaseContent = Readonly<Record<string, readonly string[]>>

/** What a document is known by outside. */
const key = 'COALESCE(document.external_id, document.content_hash)'

const sections = {
  documents: `SELECT jsonb_build_array(collection.name, ${key}, title, mime_type, status, version, indexed_version,
      chunk_count, content_hash, document.bytes, metadata, failure)
    FROM document JOIN collection ON collection.id = collection_id`,
  sources: `SELECT jsonb_build_array(${key}, source.version, encode(sha256(source.bytes), 'hex'), source.text)
    FROM document_source AS source JOIN document ON document.id = document_id`,
  // Term ids are salted with the collection's id: they compare where both databases are copies of one that has it.
  chunks: `SELECT jsonb_build_array(${key}, document_version, ordinal, text, start, "end", page, headings, length,
      term_ids)
    FROM chunk JOIN document ON document.id = document_id`,
  embeddings: `SELECT jsonb_build_array(${key}, ordinal, model, dimensions, embedding::text)
    FROM chunk_embedding JOIN chunk ON chunk.id = chunk_id JOIN document ON document.id = document_id
      JOIN embedding_space ON embedding_space.id = space_id`,
  // What was folded and what is pending, added up.
  totals: `SELECT jsonb_build_array(name, sum(chunks), sum(terms)) FROM (
      SELECT collection_id, chunks, terms FROM lexical_statistic
      UNION ALL SELECT collection_id, chunks, terms FROM lexical_delta) AS parts
    JOIN collection ON collection.id = collection_id GROUP BY name`,
  terms: `SELECT jsonb_build_array(name, term_id, sum(chunks)) FROM (
      SELECT collection_id, term_id, chunks FROM term_statistic
      UNION ALL SELECT collection_id, term_id, count
      FROM lexical_delta, unnest(term_ids, counts) AS given (term_id, count)) AS parts
    JOIN collection ON collection.id = collection_id GROUP BY name, term_id HAVING sum(chunks) <> 0`,
  // Whether a content that was replaced had been READY before is a matter of time.
  entries: `SELECT jsonb_build_array(${key}, entry.version,
      CASE WHEN entry.version < document.version AND entry.status IN ('READY', 'CANCELLED') THEN 'REPLACED'
        ELSE entry.status::text END)
    FROM ingestion_document AS entry JOIN document ON document.id = document_id`,
} as const

/** Of a database whose ingestions have ended. */
export async function readContent(db: pg.Pool): Promise<DatabaseContent> {
  const content: Record<string, string[]> = {}
  for (const [name, select] of Object.entries(sections)) {
    const { rows } = await db.query<{ row: string }>(
      `SELECT jsonb_build_array::text AS row FROM (${select}) AS selected`,
    )
    content[name] = rows.map(({ row }) => row).sort()
  }
  return content
}

/** How many rows each kind has that an ended ingestion may not leave behind. Everything is zero in a sound database. */
export async function readLeftovers(db: pg.Pool): Promise<Readonly<Record<string, number>>> {
  const { rows } = await db.query<Record<string, number>>(
    `SELECT
       (SELECT count(*)::int FROM document WHERE status NOT IN ('READY', 'FAILED', 'CANCELLED')) AS "documents at work",
       (SELECT count(*)::int FROM document WHERE status = 'READY' AND (
          indexed_version IS DISTINCT FROM version
          OR chunk_count <> (SELECT count(*) FROM chunk WHERE document_id = document.id AND term_ids IS NOT NULL)))
         AS "documents that are READY and are not",
       (SELECT count(*)::int FROM document_source AS source JOIN document ON document.id = document_id
        WHERE source.version <> document.version AND source.version IS DISTINCT FROM indexed_version)
         AS "sources of old versions",
       (SELECT count(*)::int FROM chunk JOIN document ON document.id = document_id
        WHERE document_version IS DISTINCT FROM indexed_version AND (term_ids IS NOT NULL OR NOT EXISTS (
          SELECT FROM run_hit WHERE chunk_id = chunk.id))) AS "chunks of old versions",
       (SELECT count(*)::int FROM chunk_embedding JOIN chunk ON chunk.id = chunk_id WHERE term_ids IS NULL)
         AS "vectors of retired chunks",
       (SELECT count(*)::int FROM lexical_delta) AS "deltas not folded",
       (SELECT count(*)::int FROM ingestion WHERE finished_at IS NULL) AS "ingestions at work",
       (SELECT count(*)::int FROM ingestion_document WHERE status IN ('QUEUED', 'RUNNING')) AS "entries at work",
       (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'retry', 'active')) AS "jobs that wait or run",
       (SELECT count(*)::int FROM pgboss.job WHERE state = 'failed' OR name LIKE '%-dead') AS "jobs given up"`,
  )
  return { ...rows[0], ...(await readStaged(db)) }
}

/** Rows of tables that hold what is not published yet, whichever there are. */
async function readStaged(db: pg.Pool): Promise<Record<string, number>> {
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     AND relname ~ 'stag|draft|pending|partial'`,
  )
  const staged: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await db.query<{ count: number }>(`SELECT count(*)::int AS count FROM "${name}"`)
    staged[`rows in ${name}`] = rows[0]?.count ?? 0
  }
  return staged
}

/** The first rows, by section, that only one of the two has. Empty where they are equal. */
export function contentDifferences(one: DatabaseContent, other: DatabaseContent): string[] {
  return Object.keys({ ...one, ...other }).flatMap((section) => {
    const [left, right] = [countRows(one[section] ?? []), countRows(other[section] ?? [])]
    const lacking = (from: Map<string, number>, of: Map<string, number>) =>
      [...of].filter(([row, count]) => (from.get(row) ?? 0) < count).map(([row]) => row)
    const describe = (sign: string, rows: string[]) =>
      rows.length === 0 ? [] : [`${section} ${sign} ${rows.length}, such as ${rows[0]?.slice(0, 300)}`]
    return [...describe('missing', lacking(right, left)), ...describe('added', lacking(left, right))]
  })
}

function countRows(rows: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1)
  return counts
}
