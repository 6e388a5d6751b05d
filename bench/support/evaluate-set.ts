import { createClient, type GroundwireClient } from '../../clients/typescript/client.ts'
import { GroundwireError } from '../../clients/typescript/errors.ts'
import type { RetrievalMode } from '../../clients/typescript/generated/graphql.ts'
import { documentRanking, ndcg, recall, reciprocalRank } from '../metrics.ts'
import type { BeirQuery, BeirSet } from './beir-set.ts'
import type { EvaluationRun } from './evaluation-run.ts'
import { ingestDocuments } from './ingest-documents.ts'
import { poolMap } from './pool-map.ts'
import { progress } from './report.ts'
import { untilIdle } from './server-metrics.ts'
import { spread } from './spread.ts'

export interface EvaluationServer {
  readonly url: string
  readonly apiKey: string | undefined
}

export interface EvaluationOptions {
  /** Requests at once while scoring. */
  readonly concurrency: number
  /** Score the first so many queries only. */
  readonly queries: number
  /** Queries of the latency run. */
  readonly latency: number
  /** Leave the document out that has the query's id: ArguAna's and Quora's queries are documents themselves. */
  readonly dropSameId: boolean
}

export interface LoadedSet {
  readonly set: BeirSet
  readonly collection: string
  readonly ready: number
  readonly refused: number
}

export interface SetEvaluation {
  readonly run: EvaluationRun
  readonly ran: readonly string[]
  /** Queries that the server takes for no query: empty, or of more than 8,000 characters. They score 0. */
  readonly refusedQueries: number
  /** One request at a time, in ms. */
  readonly times: readonly number[]
}

/** Deep enough for Recall@100 where a document is one passage, as nearly all of these sets' are. */
export const depth = 100

/** So many documents' results are in memory at a time. */
const sliceSize = 20_000

/** A collection name that a set has to itself. */
export function collectionOf(set: BeirSet): string {
  return `eval-${set.name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')}`.slice(0, 63)
}

/** Sends the corpus and waits until all of it is searchable and its words are counted. */
export async function loadSet(server: EvaluationServer, set: BeirSet): Promise<LoadedSet> {
  const collection = collectionOf(set)
  const documents = set.documents()
  const total = { ready: 0, refused: 0, seconds: 0 }
  let more = true
  while (more) {
    const slice = async function* () {
      for (let sent = 0; sent < sliceSize; sent++) {
        const { done, value } = await documents.next()
        more = !done
        if (done) return
        yield value
      }
    }
    const { ready, refused, seconds } = await ingestDocuments(server, collection, slice())
    total.ready += ready
    total.refused += refused
    total.seconds += seconds
    if (more) progress(`${set.name}: ${total.ready} documents so far`)
  }
  progress(
    `${set.name}: ${total.ready} documents READY, ${total.refused} refused, in ${total.seconds.toFixed(1)} s`,
  )
  if (total.ready === 0) throw new Error(`${set.name}: no document of corpus.jsonl became searchable`)
  await untilIdle(server.url)
  return { set, collection, ready: total.ready, refused: total.refused }
}

/** Asks every query, scores what comes back, then asks some again for their times. */
export async function evaluateSet(
  server: EvaluationServer,
  { set, collection }: LoadedSet,
  { mode, configuration }: { mode: RetrievalMode; configuration: string },
  options: EvaluationOptions,
): Promise<SetEvaluation> {
  const client = createClient(server)
  const queries = set.queries.slice(0, options.queries)
  const ran = new Set<string>()
  let refusedQueries = 0
  const search = async ({ text }: BeirQuery, topK: number) => {
    const result = await orRefused(client.retrieve({ query: text, collection, topK, mode }))
    if (result) ran.add(result.mode)
    return result
  }
  const scores = await poolMap(queries, options.concurrency, async (query) => {
    const result = await search(query, depth)
    if (!result) refusedQueries += 1
    const ranked = documentRanking(result?.hits.map(({ chunk }) => chunk.document.externalId ?? '') ?? [])
    const ranking = options.dropSameId ? ranked.filter((id) => id !== query.id) : ranked
    return [query.id, scoresIn(ranking, query)] as const
  })
  progress(`${set.name}: scored ${queries.length} queries, ${configuration}`)
  const times = await poolMap(spread(queries, options.latency), 1, async (query) => {
    const began = performance.now()
    await search(query, 10)
    return performance.now() - began
  })
  return { run: { set: set.name, configuration, scores }, ran: [...ran], refusedQueries, times }
}

/** In the order of `measures`. */
function scoresIn(ranking: readonly string[], { judgements }: BeirQuery): number[] {
  return [
    ndcg(ranking, judgements, 10),
    reciprocalRank(ranking, judgements, 10),
    ...[5, 10, 100].map((k) => recall(ranking, judgements, k)),
  ]
}

async function orRefused(
  retrieval: ReturnType<GroundwireClient['retrieve']>,
): Promise<Awaited<typeof retrieval> | null> {
  try {
    return await retrieval
  } catch (error) {
    if (error instanceof GroundwireError && error.code === 'BAD_USER_INPUT') return null
    throw error
  }
}
