import { parseArgs } from 'node:util'
import { defaultWorkspaceId } from '../src/access/keys.ts'
import { readConfig } from '../src/config.ts'
import { openDatabase } from '../src/db/open-database.ts'
import { openEmbedders } from '../src/open-embedders.ts'
import { createOpenAiLlm } from '../src/providers/llm/openai-llm.ts'
import { createRetriever } from '../src/retrieval/create-retriever.ts'
import { RetrievalMode } from '../src/retrieval/retrieval.ts'
import { createLogger } from '../src/telemetry/logger.ts'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { documentRanking, mean, ndcg } from './metrics.ts'
import { readBeirSet } from './support/beir-set.ts'
import { againstFirst, comparisonTable } from './support/compare-runs.ts'
import { type ConversationTask, readPoolTasks, readRewrittenTasks } from './support/conversation-tasks.ts'
import { requireFolder, sharedData } from './support/data-folder.ts'
import { loadSet } from './support/evaluate-set.ts'
import { type EvaluationRun, measures } from './support/evaluation-run.ts'
import { poolMap } from './support/pool-map.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, progress, publish, tableText } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { startServer } from './support/server-process.ts'
import { type Way, waysToCondense } from './support/ways-to-condense.ts'

const usage = `Scores what is searched for where a question was asked in a conversation, nDCG@10 on MTRAG's pool.

  node bench/condense.ts [--database <url>] [--mode LEXICAL] [--rounds 10000] [--seed 1] [folder]

Models: EMBEDDING_BASE_URL and its kin for HYBRID, LLM_BASE_URL and LLM_MODEL for questions that a model condenses.
`

const forever = new AbortController().signal
const caller = { workspaceId: defaultWorkspaceId, scopes: ['READ'] as const }
const depth = 10

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      database: { type: 'string' },
      mode: { type: 'string', default: 'LEXICAL' },
      rounds: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(usage)
  const mode = Object.values(RetrievalMode).find((each) => each === values.mode)
  if (!mode) throw new Error(`--mode is one of ${Object.values(RetrievalMode).join(', ')}`)
  const folder = await requireFolder(positionals[0] ?? `${sharedData}mtrag`)
  const environment = await describeEnvironment(values.database ?? null)
  await using resources = new AsyncDisposableStack()
  const scratch = resources.use(await scratchDatabase(values.database ?? null))
  const collection = await load(scratch.environment, folder)
  const logger = createLogger('warn')
  const metrics = createMetrics()
  const config = readConfig({ ...process.env, ...scratch.environment })
  const database = await openDatabase(scratch.config, logger)
  resources.defer(() => database.close())
  const embedders = await openEmbedders(config, { metrics, logger }, resources)
  const retriever = createRetriever({ database, embedders, reranker: null, metrics, logger })
  const llm =
    config.llm.kind === 'openai'
      ? createOpenAiLlm(config.llm, { metrics, logger, captureContent: false })
      : null

  const search = async (task: ConversationTask, way: Way) => {
    const { query, context = null } = await way(task)
    const began = performance.now()
    const request = {
      query,
      context,
      collection,
      topK: depth,
      mode,
      filter: null,
      minScore: null,
      phrases: false,
    }
    const { hits, mode: ran } = await retriever.retrieve(caller, request, forever)
    const ms = performance.now() - began
    if (ran !== mode) throw new Error(`${mode} was asked for, and ${ran} ran`)
    return { ms, ids: hits.map(({ chunk }) => chunk.documentId) }
  }
  const externalIds = new Map(
    (await database.prisma.document.findMany()).map(({ id, externalId }) => [id, externalId ?? '']),
  )
  const ways = waysToCondense(llm)
  const tasks = [...(await readPoolTasks(folder)), ...(await readRewrittenTasks(folder))]
  const runs: EvaluationRun[] = []
  const rows: (string | number)[][] = []
  for (const set of new Set(tasks.map((task) => task.set))) {
    for (const [configuration, way, needsRewrite = false] of ways) {
      const asked = tasks.filter((task) => task.set === set && (task.rewrite !== null || !needsRewrite))
      if (asked.length === 0) continue
      const times: number[] = []
      const scores = await poolMap(asked, 1, async (task) => {
        const { ids, ms } = await search(task, way)
        times.push(ms)
        const ranking = documentRanking(ids.map((id) => externalIds.get(id) ?? ''))
        return [task.id, measures.map(() => ndcg(ranking, task.judgements, depth))] as const
      })
      progress(`${set}: ${configuration}`)
      runs.push({ set, configuration, scores })
      const score = mean(scores.map(([, [each = 0]]) => each))
      const p = [0.5, 0.95].map((q) => quantile(times, q).toFixed(1))
      rows.push([set, asked.length, configuration, score.toFixed(3), ...p])
    }
  }
  const notes = llm ? [] : ['LLM_BASE_URL names no model: no question was condensed by one.']
  publish(
    {
      title: `What is searched for in a conversation, ${mode}`,
      data: `mtrag; ${scratch.name}`,
      table: { columns: ['set', 'questions', 'searched for', 'nDCG@10', 'p50', 'p95'], rows },
      notes,
    },
    environment,
    undefined,
  )
  const options = { rounds: Number(values.rounds), seed: Number(values.seed) }
  const others = runs.filter(({ configuration }) => configuration !== 'last turn')
  const pairs = [...againstFirst(runs), ...againstRewrite(others)]
  process.stdout.write(`\n### Compared\n\n${tableText(comparisonTable(pairs, measures[0], options))}\n`)
}

/** Each way against the person's, where there is one. */
function againstRewrite(runs: readonly EvaluationRun[]) {
  const baseline = runs.find(({ configuration }) => configuration === 'human rewrite')
  const others = runs.filter((run) => run.set === baseline?.set && run !== baseline)
  return baseline ? others.map((candidate) => ({ baseline, candidate })) : []
}

/** Ingests the pool as any client does. @returns the collection */
async function load(environment: Readonly<Record<string, string>>, folder: string): Promise<string> {
  await using server = await startServer(environment)
  const { collection } = await loadSet({ url: server.url, apiKey: undefined }, await readBeirSet(folder))
  return collection
}

await main()
