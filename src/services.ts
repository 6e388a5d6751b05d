import type { Config } from './config.ts'
import { createChangeFeed } from './db/change-feed.ts'
import type { Database } from './db/database.ts'
import { embeddingChannel } from './db/sql/embedding-migration.ts'
import { ingestionChannel } from './db/sql/ingestion.ts'
import { createSummaries } from './graph/conversation/summaries.ts'
import { createExecuteRun } from './graph/execute-run.ts'
import { createSalvageAnswer } from './graph/salvage-answer.ts'
import { createCollections } from './ingestion/create-collections.ts'
import { createIngestions } from './ingestion/create-ingestions.ts'
import type { IngestionJobs } from './ingestion/ingestion-jobs.ts'
import { createMigrations } from './ingestion/spaces/create-migrations.ts'
import type { Embedders } from './providers/embeddings/embedders.ts'
import { createOpenAiLlm } from './providers/llm/openai-llm.ts'
import { createOpenAiRerank } from './providers/rerank/openai-rerank.ts'
import type { Services } from './resolvers/context.ts'
import { createRetriever } from './retrieval/create-retriever.ts'
import { analyze } from './retrieval/lexical/analyze.ts'
import { withGenerationBounds } from './runs/check-generation.ts'
import { createRuns } from './runs/create-runs.ts'
import type { Logger } from './telemetry/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'

interface Telemetry {
  readonly metrics: Metrics
  readonly logger: Logger
}

export interface ServicesDependencies extends Telemetry {
  readonly database: Database
  readonly jobs: IngestionJobs
  readonly embedders: Embedders
}

/** What resolvers call. Takes up the runs that nobody works on; what it opens is released with `resources`. */
export async function openServices(
  config: Config,
  { database, jobs, embedders, metrics, logger }: ServicesDependencies,
  resources: AsyncDisposableStack,
): Promise<Services> {
  const { llm: llmConfig, rerank: rerankConfig, tracing } = config
  const { captureContent } = tracing
  const llm =
    llmConfig.kind === 'openai' ? createOpenAiLlm(llmConfig, { metrics, logger, captureContent }) : null
  const generation = generationOf(llmConfig)
  const reranker =
    rerankConfig.kind === 'openai' ? createOpenAiRerank(rerankConfig, { metrics, logger }) : null

  const changes = await createChangeFeed(database.notifications, ingestionChannel)
  resources.defer(() => changes.close())
  const migrationChanges = await createChangeFeed(database.notifications, embeddingChannel)
  resources.defer(() => migrationChanges.close())
  const retriever = createRetriever({ database, embedders, reranker, metrics, logger })
  const summaries = llm && resources.use(createSummaries({ database, llm, logger }))
  const execute = createExecuteRun({
    ...{ database, llm, summaries, retriever, analyze, metrics, logger },
    limits: generation.limits,
  })
  const salvage = createSalvageAnswer({ database, llm, analyze })
  if (llm) resources.use(llm.watch())
  const requireRoom = llm?.requireRoom
  const runs = createRuns({
    database,
    execute,
    salvage,
    metrics,
    logger,
    ...(requireRoom && { requireRoom }),
  })
  resources.defer(() => runs.stop())
  await runs.recover()
  return {
    database,
    collections: createCollections(database, jobs),
    ingestions: createIngestions({ database, jobs, changes, metrics }),
    migrations: createMigrations({ database, jobs, embedders, logger, changes: migrationChanges }),
    retriever,
    runs: withGenerationBounds(runs, generation.bounds),
    metrics,
  }
}

/** Answers longer than this are not for the asking where the configuration does not say so. */
const longestAnswer = 4_096

function generationOf(llm: Config['llm']) {
  const { maxTokens = null, contextTokens = null } = llm.kind === 'openai' ? llm : {}
  const models = llm.kind === 'openai' ? (llm.models ?? [llm.model]) : []
  return {
    limits: { maxTokens, contextTokens },
    bounds: { models, maxTokens: maxTokens ?? longestAnswer },
  }
}
