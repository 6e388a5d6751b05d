import { parseArgs } from 'node:util'
import pg from 'pg'
import { RetrieveDocument } from '../clients/typescript/generated/graphql.ts'
import { defaultWorkspaceId } from '../src/access/keys.ts'
import { findCollection } from '../src/db/sql/collection.ts'
import { parseQuery } from '../src/retrieval/lexical/parse-query.ts'
import { passageLanguages } from '../src/retrieval/lexical/passage-languages.ts'
import { searchLexical } from '../src/retrieval/lexical/search-lexical.ts'
import { readBeirSet } from './support/beir-set.ts'
import { sharedData } from './support/data-folder.ts'
import { connect } from './support/graphql-connection.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { poolMap } from './support/pool-map.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { untilIdle } from './support/server-metrics.ts'
import { startServer } from './support/server-process.ts'
import { spread } from './support/spread.ts'

const usage = `Measures LEXICAL retrieve through GraphQL beside its own SQL and beside an empty query.

  node bench/retrieve-lexical.ts --database <url> [--data <folder>] [--requests 2000] [--rounds 4] [--top-k 10] [--json <file>]

  --database   a PostgreSQL server: a database is made there and dropped
  --data       a folder in BEIR layout (../shared/data/squad-v1.1-dev)
  --requests   of each kind and concurrency, spread over the queries
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    data: { type: 'string', default: `${sharedData}squad-v1.1-dev` },
    requests: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '4' },
    'top-k': { type: 'string', default: '10' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const collection = 'bench'
const concurrencies = [1, 8]

interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: unknown[]
}

interface Subject {
  readonly name: string
  run(query: string): Promise<unknown>
}

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  if (!values.database) throw new Error(`--database is needed.\n\n${usage}`)
  const topK = Number(values['top-k'])
  const set = await readBeirSet(values.data)
  const environment = await describeEnvironment(values.database)
  await using database = await scratchDatabase(values.database)
  await using server = await startServer(database.environment)
  const { ready } = await ingestDocuments(server.url, collection, set.documents())
  await untilIdle(server.url)
  progress(`${ready} documents are READY`)

  const queries = spread(set.queries, Number(values.requests)).map(({ text }) => text)
  const pool = new pg.Pool({
    connectionString: database.environment.DATABASE_URL,
    max: Math.max(...concurrencies),
  })
  try {
    const statements = await recordStatements(pool, queries, topK)
    using connection = connect(server.url, Math.max(...concurrencies))
    const subjects: Subject[] = [
      {
        name: 'retrieve through GraphQL',
        run: (query) =>
          connection.post(RetrieveDocument, { input: { query, collection, topK, mode: 'LEXICAL' } }),
      },
      {
        name: 'its SQL by pg (floor)',
        run: async (query) => {
          for (const statement of statements.get(query) ?? []) await pool.query(statement)
        },
      },
      { name: '{ __typename } (floor)', run: () => connection.post('{ __typename }', {}) },
    ]
    const rows: string[][] = []
    for (const concurrency of concurrencies) rows.push(...(await compare(subjects, queries, concurrency)))
    publish(
      {
        title: 'LEXICAL retrieve through GraphQL',
        data: `${set.name} on PostgreSQL, ${ready} documents, ${queries.length} of its questions, topK ${topK}; ${values.rounds} rounds, alternating; times in ms`,
        table: { columns: ['what', 'at once', 'p50', 'p95', 'p99', 'requests/s', 'ratio of p50'], rows },
        notes: [
          "Server, PostgreSQL and this client share the machine's cores. The SQL is that of the retrieval and of the hits' documents, recorded from the code that runs it, with its parameters ready: no GraphQL, no HTTP, no analysis of the question. Ratio: retrieve to that row.",
        ],
      },
      environment,
      values.json,
    )
  } finally {
    await pool.end()
  }
}

/** What a retrieval sends to PostgreSQL, by the code that sends it; the documents as Prisma asks for them. */
async function recordStatements(
  pool: pg.Pool,
  queries: readonly string[],
  topK: number,
): Promise<Map<string, Statement[]>> {
  const recorded = new Map<string, Statement[]>()
  for (const query of queries) {
    const statements: Statement[] = []
    const recorder = new Proxy(pool, {
      get: (target, property) =>
        property === 'query'
          ? (statement: Statement) => {
              statements.push(statement)
              return target.query(statement)
            }
          : Reflect.get(target, property),
    })
    const [found] = await findCollection(recorder, defaultWorkspaceId, collection)
    if (!found) throw new Error('The collection is not there')
    const { candidates } = await searchLexical(recorder, {
      collectionId: found.id,
      languages: passageLanguages(found, null),
      query: parseQuery(query),
      filter: null,
      limit: topK,
    })
    const documents = [...new Set(candidates.map(({ passage }) => passage.documentId))]
    statements.push({
      name: 'bench.documents',
      text: 'SELECT * FROM document WHERE id = ANY($1::uuid[]) AND workspace_id = $2',
      values: [documents, defaultWorkspaceId],
    })
    recorded.set(query, statements)
  }
  return recorded
}

async function compare(
  subjects: readonly Subject[],
  queries: readonly string[],
  concurrency: number,
): Promise<string[][]> {
  const times = subjects.map((): number[] => [])
  const seconds = subjects.map(() => 0)
  const rounds = Number(values.rounds)
  // The first round warms up connections, plans and the compiler, and is not counted.
  for (let round = -1; round < rounds; round++) {
    const share = queries.filter((_, index) => index % rounds === Math.max(round, 0))
    for (const [index, subject] of subjects.entries()) {
      const began = performance.now()
      const took = await poolMap(share, concurrency, async (query) => {
        const asked = performance.now()
        await subject.run(query)
        return performance.now() - asked
      })
      if (round < 0) continue
      times[index]?.push(...took)
      seconds[index] = (seconds[index] ?? 0) + (performance.now() - began) / 1_000
    }
  }
  const p50 = times.map((each) => quantile(each, 0.5))
  return subjects.map(({ name }, index) => {
    const own = times[index] ?? []
    return [
      name,
      String(concurrency),
      ...[0.5, 0.95, 0.99].map((q) => quantile(own, q).toFixed(2)),
      (own.length / (seconds[index] ?? 0)).toFixed(0),
      ((p50[0] ?? 0) / (p50[index] ?? 0)).toFixed(1),
    ]
  })
}
