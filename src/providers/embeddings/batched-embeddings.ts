import { asSettled } from '../../lib/as-settled.ts'
import { type BatchLimits, batchTexts } from './batch-texts.ts'
import type { EmbeddedRun, Embeddings } from './embeddings.ts'

type Kind = 'query' | 'passage'

/** What a model does with any number of texts, from what it does with one batch: `embedBatch` keeps their order. */
export function batchedEmbeddings(
  embedBatch: (texts: readonly string[], kind: Kind, signal: AbortSignal) => Promise<Float32Array[]>,
  { batch, concurrency }: { readonly batch: BatchLimits; readonly concurrency: number },
): Pick<Embeddings, 'embed' | 'embedEach'> {
  const embedRuns = (texts: readonly string[], kind: Kind, signal: AbortSignal) => {
    const tasks = batchTexts(texts, batch).map(
      ({ start, end }) =>
        async (open: AbortSignal): Promise<EmbeddedRun> => ({
          start,
          vectors: await embedBatch(texts.slice(start, end), kind, open),
        }),
    )
    return asSettled(tasks, concurrency, signal)
  }
  return {
    embedEach: (texts, signal) => embedRuns(texts, 'passage', signal),
    async embed(texts, kind, signal) {
      const vectors = new Array<Float32Array>(texts.length)
      for await (const run of embedRuns(texts, kind, signal)) {
        for (const [i, vector] of run.vectors.entries()) vectors[run.start + i] = vector
      }
      return vectors
    },
  }
}
