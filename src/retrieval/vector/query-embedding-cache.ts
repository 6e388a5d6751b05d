import { untilAborted } from '../../lib/until-aborted.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { vectorBytes } from './passage-vector.ts'

export interface QueryEmbeddingCacheLimits {
  /** @default 10000 */
  readonly entries: number
  /** What keys and vectors take together. @default 33554432 */
  readonly bytes: number
}

export interface QueryEmbeddingCache {
  /**
   * The vector of a question in pgvector's binary form, for a statement's parameter. Equal questions of a workspace that are asked while the model works share its answer;
   * one that aborts leaves it to the others. No failure is kept.
   * @throws as Embeddings.embed
   */
  embed(embeddings: Embeddings, workspaceId: string, question: string, signal: AbortSignal): Promise<Buffer>
}

interface Flight {
  readonly answer: Promise<Buffer>
  readonly leaving: AbortController
  waiting: number
}

/** V8 keeps a string of other than Latin letters in two bytes each; an entry of a Map with its objects is the rest. */
const bytesOf = (key: string, vector: Buffer) => 2 * key.length + vector.length + 256

/**
 * One for all models of a process: the key has the name of the model's space, which stands for all that its vectors
 * depend on, and the workspace, so that nobody learns from an answer's time what others asked.
 */
export function createQueryEmbeddingCache({
  metrics,
  limits = { entries: 10_000, bytes: 32 * 1024 * 1024 },
}: {
  readonly metrics: Metrics
  readonly limits?: QueryEmbeddingCacheLimits
}): QueryEmbeddingCache {
  /** A Map iterates in the order of insertion: what is used is inserted anew, and the first is the least recent. */
  const kept = new Map<string, Buffer>()
  const flights = new Map<string, Flight>()
  let bytes = 0

  const count = (outcome: 'hit' | 'shared' | 'miss') => metrics.queryEmbeddingCacheRequests.inc({ outcome })
  const drop = (key: string, value: Buffer) => {
    kept.delete(key)
    bytes -= bytesOf(key, value)
  }
  const keep = (key: string, value: Buffer) => {
    // A flight that everybody has left may land beside the one that was begun after it.
    const former = kept.get(key)
    if (former) drop(key, former)
    kept.set(key, value)
    bytes += bytesOf(key, value)
    for (const [oldest, its] of kept) {
      if (kept.size <= limits.entries && bytes <= limits.bytes) break
      drop(oldest, its)
    }
    metrics.queryEmbeddingCacheEntries.set(kept.size)
    metrics.queryEmbeddingCacheBytes.set(bytes)
  }
  const begin = (key: string, embeddings: Embeddings, text: string): Flight => {
    const leaving = new AbortController()
    const work = async () => {
      const [vector] = await embeddings.embed([text], 'query', leaving.signal)
      if (!vector) throw new Error('The model returned no vector')
      const value = vectorBytes(vector)
      keep(key, value)
      return value
    }
    const flight: Flight = { answer: work(), leaving, waiting: 0 }
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.answer.then(land, land)
    flights.set(key, flight)
    return flight
  }

  return {
    async embed(embeddings, workspaceId, question, signal) {
      signal.throwIfAborted()
      // What the model is asked is what the key says.
      const text = question.trim().normalize('NFC')
      const key = `${workspaceId}\n${embeddings.dimensions}\n${embeddings.model}\n${text}`
      const known = kept.get(key)
      if (known) {
        count('hit')
        kept.delete(key)
        kept.set(key, known)
        return known
      }
      const underWay = flights.get(key)
      count(underWay ? 'shared' : 'miss')
      const flight = underWay ?? begin(key, embeddings, text)
      flight.waiting += 1
      try {
        return await untilAborted(flight.answer, signal)
      } finally {
        flight.waiting -= 1
        // Nobody wants it any more: the next one who asks does not join what is being ended.
        if (flight.waiting === 0) {
          if (flights.get(key) === flight) flights.delete(key)
          flight.leaving.abort(signal.reason)
        }
      }
    },
  }
}
