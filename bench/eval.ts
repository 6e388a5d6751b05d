import { parseArgs } from 'node:util'
import { createClient } from '../clients/typescript/client.ts'
import { RetrievalMode, type RetrieveQuery } from '../clients/typescript/generated/graphql.ts'
import { documentRanking, mean, ndcg, recall, reciprocalRank } from './metrics.ts'
import { type BeirQuery, type BeirSet, readBeirSet } from './support/beir-set.ts'
import { sharedData } from './support/data-folder.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { poolMap } from './support/pool-map.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { untilIdle } from './support/server-metrics.ts'
import { startServer } from './support/server-process.ts'
import { spread } from './support/spread.ts'

const usage = `Scores retrieval on folders in BEIR layout (corpus.jsonl, queries.jsonl, qrels.tsv) through GraphQL.

  node bench/eval.ts [--database <url> | --url <graphql>] [--mode LEXICAL|VECTOR|HYBRID] [folder...]

  --database      a PostgreSQL server: a database is made there and dropped; absent: embedded
  --url           a server that is up, instead of one that is started; its collections are kept
  --mode          how to retrieve (LEXICAL)
  --concurrency   requests at once while scoring (2)
  --queries       score the first so many only: for a try
  --latency       queries of the latency run, one at a time, topK 10 (1000)
  --json          write the report there, too
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string' },
    url: { type: 'string' },
    mode: { type: 'string', default: 'LEXICAL' },
    concurrency: { type: 'string', default: '2' },
    queries: { type: 'string', default: 'Infinity' },
    latency: { type: 'string', default: '1000' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

/** Deep enough for Recall@100 where a document is one passage, as nearly all of these sets' are. */
const depth = 100

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const mode = Object.values(RetrievalMode).find((each) => each === values.mode)
  if (!mode) throw new Error(`--mode is one of ${Object.values(RetrievalMode).join(', ')}`)
  const folders =
    positionals.length > 0 ? positionals : [`${sharedData}squad-v1.1-dev`, `${sharedData}cranfield`]
  const sets: BeirSet[] = []
  for (const folder of folders) sets.push(await readBeirSet(folder))

  const environment = await describeEnvironment(values.database ?? null)
  const rows: (string | number)[][] = []
  if (values.url) for (const set of sets) rows.push(await evaluate(values.url, set, mode))
  else {
    await using database = await scratchDatabase(values.database ?? null)
    await using server = await startServer(database.environment)
    for (const set of sets) rows.push(await evaluate(server.url, set, mode))
  }
  publish(
    {
      title: `Retrieval quality, ${mode}`,
      data: `${sets.map(({ name }) => name).join(', ')}; ${values.url ? 'a running server' : values.database ? 'PostgreSQL' : 'embedded'}`,
      table: {
        columns: [
          'set',
          'documents',
          'queries',
          'ran',
          'nDCG@10',
          'MRR@10',
          'R@5',
          'R@10',
          'R@100',
          'p50',
          'p95',
        ],
        rows,
      },
      notes: [
        `trec_eval's measures (linear gain) over the ${depth} best passages, each document where its best passage is; queries without judgements are left out. p50 and p95 in ms: one request at a time, topK 10, through GraphQL.`,
      ],
    },
    environment,
    values.json,
  )
}

async function evaluate(url: string, set: BeirSet, mode: RetrievalMode): Promise<(string | number)[]> {
  const collection = `eval-${set.name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')}`
  const client = createClient({ url })
  const ingested = await ingestDocuments(url, collection, set.documents())
  progress(
    `${set.name}: ${ingested.ready} documents READY, ${ingested.refused} refused, in ${ingested.seconds.toFixed(1)} s`,
  )
  await untilIdle(url)

  const queries = set.queries.slice(0, Number(values.queries))
  const ran = new Set<string>()
  const search = async ({ text }: BeirQuery, topK: number): Promise<RetrieveQuery['retrieve']> => {
    const result = await client.retrieve({ query: text, collection, topK, mode })
    ran.add(result.mode)
    return result
  }
  const scores = await poolMap(queries, Number(values.concurrency), async (query) => {
    const { hits } = await search(query, depth)
    const ranking = documentRanking(hits.map(({ chunk }) => chunk.document.externalId ?? ''))
    const { judgements } = query
    return {
      ndcg: ndcg(ranking, judgements, 10),
      mrr: reciprocalRank(ranking, judgements, 10),
      recall: [5, 10, 100].map((k) => recall(ranking, judgements, k)),
    }
  })
  progress(`${set.name}: scored ${queries.length} queries`)

  const sample = spread(queries, Number(values.latency))
  const times = await poolMap(sample, 1, async (query) => {
    const began = performance.now()
    await search(query, 10)
    return performance.now() - began
  })
  const average = (of: (score: (typeof scores)[number]) => number) => mean(scores.map(of)).toFixed(3)
  return [
    set.name,
    ingested.refused > 0 ? `${ingested.ready} (${ingested.refused} refused)` : ingested.ready,
    queries.length,
    [...ran].join(', '),
    average(({ ndcg }) => ndcg),
    average(({ mrr }) => mrr),
    ...[0, 1, 2].map((index) => average(({ recall }) => recall[index] ?? 0)),
    quantile(times, 0.5).toFixed(1),
    quantile(times, 0.95).toFixed(1),
  ]
}
