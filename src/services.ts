import type { Config } from './config.ts'
import { createChangeFeed } from './db/change-feed.ts'
import type { Database } from './db/database.ts'
import { ingestionChannel } from './db/sql/ingestion.ts'
import { createExecuteRun } from './graph/execute-run.ts'
import { createCollections } from './ingestion/create-collections.ts'
import { createIngestions } from './ingestion/create-ingestions.ts'
import type { Embedder } from './ingestion/embedder.ts'
import type { IngestionJobs } from './ingestion/ingestion-jobs.ts'
import { createOpenAiLlm } from './providers/llm/openai-llm.ts'
import { createOpenAiRerank } from './providers/rerank/openai-rerank.ts'
import type { Services } from './resolvers/context.ts'
import { createRetriever } from './retrieval/create-retriever.ts'
import { analyze } from './retrieval/lexical/analyze.ts'
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
  readonly embedder: Embedder | null
}

/** What resolvers call. Takes up the runs that nobody works on; what it opens is released with `resources`. */
export async function openServices(
  config: Config,
  { database, jobs, embedder, metrics, logger }: ServicesDependencies,
  resources: AsyncDisposableStack,
): Promise<Services> {
  const { llm: llmConfig, rerank: rerankConfig, tracing } = config
  const { captureContent } = tracing
  const llm =
    llmConfig.kind === 'openai' ? createOpenAiLlm(llmConfig, { metrics, logger, captureContent }) : null
  const reranker =
    rerankConfig.kind === 'openai' ? createOpenAiRerank(rerankConfig, { metrics, logger }) : null

  const changes = await createChangeFeed(database.notifications, ingestionChannel)
  resources.defer(() => changes.close())
  const retriever = createRetriever({ database, embedder, reranker, metrics, logger })
  const execute = createExecuteRun({ database, llm, retriever, analyze, logger })
  const runs = createRuns({ database, execute, metrics, logger })
  resources.defer(() => runs.stop())
  await runs.recover()
  return {
    database,
    collections: createCollections(database, jobs),
    ingestions: createIngestions({ database, jobs, changes, metrics }),
    retriever,
    runs,
    metrics,
  }
}
