import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { SpanKind } from '@opentelemetry/api'
import type { LocalEmbeddingConfig } from '../../../config/embedding-config.ts'
import { FailureError } from '../../../failure.ts'
import { createDeadline } from '../../../lib/deadline.ts'
import type { Logger } from '../../../telemetry/logger.ts'
import type { Metrics } from '../../../telemetry/metrics.ts'
import { withSpan } from '../../../telemetry/tracing.ts'
import { timedOut } from '../../upstream/upstream-error.ts'
import { batchedEmbeddings } from '../batched-embeddings.ts'
import type { Embeddings } from '../embeddings.ts'
import { inputPrefixes, ownName, spaceModel } from '../input-prefix.ts'
import { downloadModel } from './download-model.ts'
import { readModelFolder } from './model-folder.ts'
import { type ModelThreadLimits, startModelThread } from './model-thread.ts'

export interface LocalEmbeddingLimits extends ModelThreadLimits {
  /** Of a question: somebody waits, and HYBRID has words to go on with. @default 10000 */
  readonly queryMs: number
}

export interface LocalEmbeddingsDeps {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly limits?: Partial<LocalEmbeddingLimits>
}

const defaultLimits: LocalEmbeddingLimits = {
  calls: 512,
  silenceMs: 120_000,
  loadMs: 600_000,
  restartMs: 1_000,
  queryMs: 10_000,
}
/** Small: what was done of a call whose document is given back is lost. */
const passages = { batch: { texts: 16, characters: 50_000 }, width: 2 } as const

/** Half of the cores, so that the process answers and the database, which may be beside it, does, too. */
const threads = () => Math.min(8, Math.max(1, Math.floor(availableParallelism() / 2)))

/**
 * A model that runs in this process, in a thread of its own. Resolves when it is loaded.
 * @throws LibraryMissingError; ModelError where the model cannot be used; Error where the hub cannot be reached
 */
export async function openLocalEmbeddings(
  config: LocalEmbeddingConfig,
  { metrics, logger, ...deps }: LocalEmbeddingsDeps,
): Promise<Embeddings & AsyncDisposable> {
  const { weights } = config
  const limits = { ...defaultLimits, ...deps.limits }
  const folder = config.source === 'folder' ? resolve(config.model) : await downloadModel(config, logger)
  const model = await readModelFolder(folder, weights)
  // A folder has no name that others cannot have: what is in it tells which model it is.
  const called =
    config.source === 'folder' ? `local/${ownName(folder)}@${model.fingerprint}` : hubModel(config)
  const prefix = inputPrefixes(config.model, config.prefixes, model.prefixes)
  const subject = {
    upstream: 'embeddings',
    name: 'embedding model',
    model: called,
    variables: config.variables,
  } as const
  const { thread, dimensions } = await startModelThread(
    {
      folder,
      libraryDirectory: config.libraryDirectory && resolve(config.libraryDirectory),
      weights,
      pooling: model.pooling,
      maxTokens: model.maxTokens,
      dimensions: config.dimensions,
      threads: threads(),
    },
    { subject, logger, limits },
  )

  const run = async (texts: readonly string[], kind: 'query' | 'passage', signal: AbortSignal) => {
    const attributes = {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'local',
      'gen_ai.request.model': called,
      'gen_ai.embeddings.dimension.count': dimensions,
      'groundwire.embeddings.texts': texts.length,
    }
    const measured = metrics.upstreamDuration.startTimer({ upstream: 'embeddings' })
    return withSpan(`embeddings ${called}`, { kind: SpanKind.INTERNAL, attributes }, async () => {
      using deadline = createDeadline(signal)
      if (kind === 'query') deadline.start(limits.queryMs)
      try {
        const input = texts.map((text) => prefix[kind] + text)
        const numbers = await thread.run(input, kind === 'query', deadline.signal)
        measured({ outcome: 'ok' })
        return texts.map((_, i) => numbers.slice(i * dimensions, (i + 1) * dimensions))
      } catch (thrown) {
        const error = deadline.expired && !signal.aborted ? timedOut(subject) : thrown
        const failed = error instanceof FailureError ? error.failure.code.toLowerCase() : 'internal'
        measured({ outcome: signal.aborted ? 'aborted' : failed })
        throw error
      }
    })
  }

  return {
    model: spaceModel(called, prefix.passage),
    dimensions,
    ...batchedEmbeddings(run, { batch: passages.batch, concurrency: passages.width }),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}

/** Other weights of the same model make other vectors. */
function hubModel({ model, weights }: LocalEmbeddingConfig): string {
  return weights === 'fp32' ? model : `${model} (${weights})`
}
