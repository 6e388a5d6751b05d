import type { PgBoss } from 'pg-boss'
import { type Caller, Scope } from '../../src/access/caller.ts'
import { defaultWorkspaceId } from '../../src/access/keys.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/db/change-feed.ts'
import type { Database } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { ingestionChannel } from '../../src/db/sql/ingestion.ts'
import { createCollections } from '../../src/ingestion/create-collections.ts'
import { createIngestions } from '../../src/ingestion/create-ingestions.ts'
import { createExtractor } from '../../src/ingestion/extraction/create-extractor.ts'
import { foldStatistics } from '../../src/ingestion/fold-statistics.ts'
import {
  type IngestDependencies,
  type IngestEnd,
  ingestDocument,
} from '../../src/ingestion/ingest-document.ts'
import type { Collections, DocumentDraft, Ingestions } from '../../src/ingestion/ingestion.ts'
import type { DocumentWork } from '../../src/ingestion/ingestion-jobs.ts'
import { fillWorkspace } from '../../src/ingestion/spaces/fill-workspace.ts'
import { spacesOf } from '../../src/ingestion/spaces/spaces.ts'
import { createVoidedWork } from '../../src/ingestion/voided-work.ts'
import { createIngestionJobs } from '../../src/jobs/job-queue.ts'
import { openQueue } from '../../src/jobs/open-queue.ts'
import { createEmbedders } from '../../src/providers/embeddings/embedders.ts'
import type { Embeddings } from '../../src/providers/embeddings/embeddings.ts'
import { createWebFetcher } from '../../src/providers/web/create-web-fetcher.ts'
import type { WebFetcher } from '../../src/providers/web/web-fetcher.ts'
import { createRetriever } from '../../src/retrieval/create-retriever.ts'
import type { Retriever } from '../../src/retrieval/retrieval.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createDatabase, logger } from './open-database.ts'
import { bagOfWords } from './upstream/bag-of-words.ts'

export const forever = new AbortController().signal

/** Ingestion and retrieval over one database. No worker runs: a test takes the jobs when it wants them. */
export interface IngestWorld extends AsyncDisposable {
  readonly database: Database
  readonly boss: PgBoss
  readonly caller: Caller
  readonly changes: ChangeFeed
  readonly dependencies: IngestDependencies
  readonly ingestions: Ingestions
  readonly collections: Collections
  readonly retriever: Retriever
  /** Takes the jobs that could start from the queue, as a worker does. */
  takeJobs(): Promise<DocumentWork[]>
  /** Works on all of them until none is left. */
  work(): Promise<IngestEnd[]>
  /** One attempt at a document. */
  attempt(
    work: DocumentWork,
    options?: { last?: boolean; signal?: AbortSignal; fetcher?: WebFetcher },
  ): Promise<IngestEnd>
  fold(collection: string): Promise<void>
  /** Gives every passage of the caller's workspace a vector in the spaces that it uses. */
  fill(): Promise<void>
  collectionId(name: string): Promise<string>
  /** Rows of a statement, for what no service tells. */
  rows<R extends object>(text: string, ...values: unknown[]): Promise<R[]>
}

export async function openIngestWorld({
  embeddings = null,
  nextEmbeddings = null,
  fetcher = null,
  work = false,
}: {
  embeddings?: Embeddings | null
  nextEmbeddings?: Embeddings | null
  fetcher?: WebFetcher | null
  work?: boolean
} = {}): Promise<IngestWorld> {
  const stack = new AsyncDisposableStack()
  const database = await stack.use(await createDatabase()).open()
  const boss = await migrate(database, () => openQueue(database, { work }, logger))
  stack.defer(() => boss.stop({ graceful: false, close: false }))
  const changes = await createChangeFeed(database.notifications, ingestionChannel)
  stack.defer(() => changes.close())
  const embedders = createEmbedders(embeddings, nextEmbeddings)
  const jobs = createIngestionJobs(boss)
  const metrics = createMetrics()
  const voided = await createVoidedWork(database.notifications)
  stack.defer(() => voided.close())
  const dependencies: IngestDependencies = {
    database,
    jobs,
    extractor: stack.use(createExtractor({ logger })),
    fetcher: fetcher ?? stack.use(createWebFetcher({ metrics, logger })),
    voided,
    embedders,
    metrics,
    logger,
  }
  const caller: Caller = { workspaceId: defaultWorkspaceId, scopes: [Scope.Read, Scope.Write] }
  const { pool, prisma } = database

  const world: IngestWorld = {
    database,
    boss,
    caller,
    changes,
    dependencies,
    ingestions: createIngestions({ database, jobs, changes, metrics }),
    collections: createCollections(database, jobs),
    retriever: createRetriever({ database, embedders, reranker: null, metrics, logger }),
    async takeJobs() {
      const taken = await boss.fetch<DocumentWork>('ingest-document', { batchSize: 100 })
      if (taken.length > 0) await boss.complete('ingest-document', taken)
      return taken.map(({ data }) => data)
    },
    async work() {
      const ends: IngestEnd[] = []
      for (let jobs = await world.takeJobs(); jobs.length > 0; jobs = await world.takeJobs()) {
        for (const job of jobs) ends.push(await world.attempt(job))
      }
      return ends
    },
    attempt: (work, { last = false, signal = forever, fetcher = dependencies.fetcher } = {}) =>
      ingestDocument({ ...dependencies, fetcher }, work, { last, signal, stopping: signal }),
    fold: async (name) =>
      foldStatistics(database, caller.workspaceId, await world.collectionId(name), forever),
    async fill() {
      const { workspaceId } = caller
      const spaces = await spacesOf(pool, workspaceId)
      for (const space of [spaces?.active, spaces?.migration?.space])
        if (space) await fillWorkspace(dependencies, workspaceId, space.id, forever)
    },
    async collectionId(name) {
      const found = await prisma.collection.findFirstOrThrow({
        where: { workspaceId: caller.workspaceId, name },
      })
      return found.id
    },
    rows: async (text, ...values) => (await pool.query(text, values)).rows,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
  return world
}

export function draft(over: Partial<DocumentDraft> | string): DocumentDraft {
  const text = typeof over === 'string' ? over : 'A text'
  return {
    externalId: null,
    title: null,
    source: { text },
    mimeType: null,
    metadata: null,
    ...(typeof over !== 'string' && over),
  }
}

/** Texts that share words point the same way. Fails where `failWith` is set, and waits for `gate` first. */
export interface FakeEmbeddings extends Embeddings {
  failWith: Error | null
  gate: Promise<void> | null
  calls: number
  /** What it was given, in order, until a test empties it. */
  readonly texts: string[]
}

export function fakeEmbeddings(dimensions = 64): FakeEmbeddings {
  const fake: FakeEmbeddings = {
    model: 'bag-of-words',
    dimensions,
    failWith: null,
    gate: null,
    calls: 0,
    texts: [],
    async embed(texts, _kind, signal) {
      fake.calls += 1
      fake.texts.push(...texts)
      await fake.gate
      signal.throwIfAborted()
      if (fake.failWith) throw fake.failWith
      return texts.map((text) => bagOfWords(text, dimensions))
    },
    async *embedEach(texts, signal) {
      yield { start: 0, vectors: await fake.embed(texts, 'passage', signal) }
    },
  }
  return fake
}
