import { access } from 'node:fs/promises'
import { createClient } from '../clients/typescript/client.ts'
import type { RetrievalMode } from '../clients/typescript/generated/graphql.ts'
import { mean } from './metrics.ts'
import { type BeirSet, readBeirSet } from './support/beir-set.ts'
import { againstFirst, comparisonTable, pairRuns, type RunPair } from './support/compare-runs.ts'
import { sharedData } from './support/data-folder.ts'
import {
  collectionOf,
  depth,
  type EvaluationServer,
  evaluateSet,
  type LoadedSet,
  loadSet,
  type SetEvaluation,
} from './support/evaluate-set.ts'
import { type EvaluationCommand, evaluationCommand, UsageError } from './support/evaluation-options.ts'
import { measures, readRuns } from './support/evaluation-run.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, publish, tableText } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { startServer } from './support/server-process.ts'

const usage = `Scores retrieval on folders in BEIR layout (corpus.jsonl, queries.jsonl, qrels.tsv or qrels/test.tsv) through GraphQL.

  node bench/eval.ts [--database <url> | --url <graphql>] [--mode LEXICAL,HYBRID] [--json <file>] [folder...]
  node bench/eval.ts --compare <before.json> <after.json>

Several modes, or --url more than once, are compared with the first, query by query; so are two runs that were saved
with --json. An embedding model for the server that is started: EMBEDDING_BASE_URL and its kin, as for any server.

  --database      a PostgreSQL server: a database is made there and dropped; absent: embedded
  --url           a server that is up, instead of one that is started; its collections are kept
  --api-key       for that server, or GROUNDWIRE_API_KEY
  --mode          how to retrieve: LEXICAL, VECTOR, HYBRID, or several between commas (LEXICAL)
  --split         which judgements, where the folder has qrels/<split>.tsv (test)
  --drop-same-id  leave out the document that has the query's id, as BEIR does: for ArguAna and Quora
  --measure       what is compared: ${measures.join(', ')} (${measures[0]})
  --rounds        of the significance test and the interval (10000); --seed makes others (1)
  --concurrency   requests at once while scoring (2)
  --queries       score the first so many only: for a try
  --latency       queries of the latency run, one at a time, topK 10 (1000)
  --json          write the report and the scores of each query there, too
`

interface Evaluated extends SetEvaluation {
  readonly loaded: LoadedSet
}

async function evaluate(command: EvaluationCommand): Promise<void> {
  const sets = await readSets(command)
  if (command.json) await requireFolderOf(command.json)
  // At once, and not after the retries that an ingestion makes.
  for (const url of command.urls) await createClient({ url, apiKey: command.apiKey }).viewer()
  const environment = await describeEnvironment(command.database)
  const evaluated: Evaluated[] = []
  if (command.urls.length > 0) {
    for (const set of sets) {
      for (const url of command.urls) evaluated.push(...(await evaluateModes(url, set, command)))
    }
  } else {
    await using database = await scratchDatabase(command.database)
    await using server = await startServer(database.environment)
    for (const set of sets) evaluated.push(...(await evaluateModes(server.url, set, command)))
  }
  const where = command.urls.length > 0 ? 'a running server' : command.database ? 'PostgreSQL' : 'embedded'
  const report = {
    title: `Retrieval quality, ${command.modes.join(' and ')}`,
    data: `${sets.map(({ name }) => name).join(', ')}; ${where}`,
    table: { columns, rows: evaluated.map(rowOf) },
    notes: [
      `trec_eval's measures (linear gain) over the ${depth} best passages, each document where its best passage is; queries without judgements are left out. p50 and p95 in ms: one request at a time, topK 10, through GraphQL.`,
    ],
    runs: evaluated.map(({ run }) => run),
  }
  publish(report, environment, command.json)
  const pairs = againstFirst(report.runs)
  if (pairs.length > 0) printComparison(pairs, command)
}

async function readSets({ paths, split }: EvaluationCommand): Promise<BeirSet[]> {
  const folders = paths.length > 0 ? paths : [`${sharedData}squad-v1.1-dev`, `${sharedData}cranfield`]
  const sets: BeirSet[] = []
  for (const folder of folders) sets.push(await readBeirSet(folder, split))
  const collections = sets.map(collectionOf)
  const twice = collections.find((name, index) => collections.indexOf(name) !== index)
  if (twice) throw new UsageError(`Two folders would both be the collection ${twice}: evaluate them apart`)
  return sets
}

/** Told before the work is done, not after. */
async function requireFolderOf(file: string): Promise<void> {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '.'
  await access(folder).catch(() => {
    throw new UsageError(`--json ${file}: there is no folder ${folder}`)
  })
}

async function evaluateModes(url: string, set: BeirSet, command: EvaluationCommand): Promise<Evaluated[]> {
  const server: EvaluationServer = { url, apiKey: command.apiKey }
  const loaded = await loadSet(server, set)
  const evaluated: Evaluated[] = []
  for (const mode of command.modes) {
    const configuration = configurationName(mode, url, command)
    evaluated.push({ loaded, ...(await evaluateSet(server, loaded, { mode, configuration }, command)) })
  }
  return evaluated
}

const configurationName = (mode: RetrievalMode, url: string, { urls }: EvaluationCommand) =>
  urls.length > 1 ? `${mode} at ${new URL(url).host}` : mode

const columns = ['set', 'documents', 'queries', 'asked', 'ran', ...measures, 'p50', 'p95']

function rowOf({ loaded: { ready, refused }, run, ran, refusedQueries, times }: Evaluated) {
  const queries = run.scores.length
  return [
    run.set,
    refused > 0 ? `${ready} (${refused} refused)` : ready,
    refusedQueries > 0 ? `${queries} (${refusedQueries} refused)` : queries,
    run.configuration,
    ran.join(', '),
    ...measures.map((_, at) => mean(run.scores.map(([, scores]) => scores[at] ?? 0)).toFixed(3)),
    ...[0.5, 0.95].map((q) => (times.length > 0 ? quantile(times, q).toFixed(1) : '—')),
  ]
}

async function compareSaved(command: EvaluationCommand): Promise<void> {
  const [before = '', after = ''] = command.paths
  printComparison(pairRuns(await readRuns(before), await readRuns(after)), command)
}

function printComparison(pairs: readonly RunPair[], { measure, rounds, seed }: EvaluationCommand): void {
  const table = tableText(comparisonTable(pairs, measure, { rounds, seed }))
  process.stdout.write(
    `\n### Compared by ${measure}\n\n${table}\n\nPaired randomization test, two-sided, ${rounds} rounds, seed ${seed}; 95 % by the bootstrap over queries. Of twenty comparisons without any difference one has p < 0.05.\n`,
  )
}

try {
  const command = evaluationCommand(process.argv.slice(2))
  if (command.help) process.stdout.write(usage)
  else if (command.compare) await compareSaved(command)
  else await evaluate(command)
} catch (error) {
  // A mistake in this program, not in what it was given.
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError) throw error
  const hint = error instanceof UsageError ? ' (--help tells more)' : ''
  process.stderr.write(`eval: ${error.message || (error as NodeJS.ErrnoException).code}${hint}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
