import { FailureCode, FailureError } from '../../src/failure.ts'
import type { IngestEnd } from '../../src/ingestion/ingest-document.ts'
import { ingestDocument } from '../../src/ingestion/ingest-document.ts'
import type { DocumentWork } from '../../src/ingestion/ingestion-jobs.ts'
import { reindexCollection } from '../../src/ingestion/reindex-collection.ts'
import type { Embeddings } from '../../src/providers/embeddings/embeddings.ts'
import type { FetchedSource, WebFetcher } from '../../src/providers/web/web-fetcher.ts'
import { forever, type IngestWorld } from './ingest-world.ts'
import { bagOfWords } from './upstream/bag-of-words.ts'

export type Outcome = 'answer' | 'later' | 'never'

/** What stands still until it is told how it goes on. */
export class Gates {
  readonly #standing = new Set<(outcome: Outcome) => void>()
  /** How all go on that come now; null where they stand still. */
  #open: Outcome | null = 'answer'

  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#open) return going(this.#open)
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    this.#standing.add(resolve)
    try {
      going(await promise)
    } finally {
      this.#standing.delete(resolve)
      signal.removeEventListener('abort', abort)
    }
  }

  close(): void {
    this.#open = null
  }

  /** Lets all go on, also those to come. */
  open(outcome: Outcome): void {
    this.#open = outcome
    while (this.#standing.size > 0) this.release(0, outcome)
  }

  /** Lets one of them go on. */
  release(index: number, outcome: Outcome): void {
    const one = [...this.#standing][index % this.#standing.size]
    if (!one) return
    this.#standing.delete(one)
    one(outcome)
  }
}

function going(outcome: Outcome): void {
  if (outcome !== 'answer')
    throw new FailureError(FailureCode.UpstreamUnavailable, outcome, { retryable: outcome === 'later' })
}

export function gatedEmbeddings(gates: Gates, dimensions = 16): Embeddings {
  const embed = async (texts: readonly string[], signal: AbortSignal) => {
    await gates.pass(signal)
    return texts.map((text) => bagOfWords(text, dimensions))
  }
  return {
    model: 'gated',
    dimensions,
    embed: (texts, _kind, signal) => embed(texts, signal),
    async *embedEach(texts, signal) {
      yield { start: 0, vectors: await embed(texts, signal) }
    },
  }
}

/** A page whose text can be changed, with validators that tell so. */
export interface Site extends WebFetcher {
  page: string
}

export function gatedSite(gates: Gates): Site {
  const site: Site = {
    page: '',
    async fetch(url, { etag }, signal): Promise<FetchedSource> {
      await gates.pass(signal)
      const { page } = site
      const now = `"${page}"`
      if (etag === now) return { kind: 'unchanged' }
      const answer = { mimeType: 'text/plain', charset: null, name: null, lastModified: null, url }
      return { kind: 'content', bytes: Buffer.from(page), etag: now, ...answer }
    },
  }
  return site
}

/** Workers whose attempts begin and end when they are told to. */
export class Workers {
  readonly #world: IngestWorld
  readonly #fetcher: WebFetcher
  readonly #attempts = new Set<{ readonly stop: AbortController; readonly end: Promise<unknown> }>()
  readonly #taken: DocumentWork[] = []

  constructor(world: IngestWorld, fetcher: WebFetcher) {
    this.#world = world
    this.#fetcher = fetcher
  }

  /** Takes the next job, and begins it. @returns whether there was one */
  async takeOne(last: boolean): Promise<boolean> {
    const { boss } = this.#world
    // What is tried again need not be waited for.
    await this.#world.rows(`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`)
    const [job] = await boss.fetch<DocumentWork>('ingest-document')
    if (!job) return false
    this.#taken.push(job.data)
    this.#begin(job.data, last, async (end) => {
      if (end === 'retry') await boss.fail('ingest-document', job.id)
      else await boss.complete('ingest-document', job.id)
    })
    return true
  }

  /** A job that was taken comes again, as to a worker that takes it over. */
  takeAgain(index: number): void {
    const work = this.#taken[index % this.#taken.length]
    // Its job is settled by whoever has it: this one's end must not be one that leaves the document to its job.
    if (work) this.#begin(work, false, async (end) => void (end === 'retry' && (await this.#requeue(work))))
  }

  async #requeue(work: DocumentWork): Promise<void> {
    await this.#world.dependencies.jobs.handBack(work, this.#world.database.pool)
  }

  reindex(collectionId: string): void {
    this.#run((signal) => reindexCollection(this.#world.dependencies, collectionId, signal))
  }

  #begin(work: DocumentWork, last: boolean, settle: (end: IngestEnd) => Promise<unknown>): void {
    const dependencies = { ...this.#world.dependencies, fetcher: this.#fetcher }
    this.#run(async (signal) => {
      const end = await ingestDocument(dependencies, work, { last, signal, stopping: signal })
      await settle(end)
    })
  }

  #run(work: (signal: AbortSignal) => Promise<unknown>): void {
    const stop = new AbortController()
    const end = work(AbortSignal.any([stop.signal, forever]))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) throw error
      })
      .finally(() => this.#attempts.delete(attempt))
    const attempt = { stop, end }
    this.#attempts.add(attempt)
  }

  stopOne(index: number): void {
    const attempts = [...this.#attempts]
    attempts[index % attempts.length]?.stop.abort(new DOMException('The process stops', 'AbortError'))
  }

  async #idle(): Promise<void> {
    while (this.#attempts.size > 0) await Promise.all([...this.#attempts].map(({ end }) => end))
  }

  /** Until no job waits and nothing is at work. */
  async workOff(): Promise<void> {
    do await this.#idle()
    while (await this.takeOne(false))
  }
}
