import type { GroundwireClient } from '../../clients/typescript/client.ts'
import type { IngestOutcome } from '../../clients/typescript/generated/graphql.ts'
import type { IngestReport } from '../../clients/typescript/ingest.ts'
import { awaitDocuments, isSettled } from './await-documents.ts'
import type { Progress } from './progress.ts'
import type { Source } from './sources.ts'

export interface SourceFailure {
  readonly name: string
  readonly code: string
  readonly reason: string
}

export interface SourcesReport {
  /** Of the sources that the server has answered for. */
  readonly outcomes: Readonly<Record<IngestOutcome, number>>
  /** Documents that this call waited for and that are searchable now. */
  readonly ready: number
  readonly failures: readonly SourceFailure[]
  /** What ended it before all had ended; null where nothing did. */
  readonly interruption: { readonly error: unknown } | null
}

/** Requests under way at a time: enough that the server has one while the next is read from the disk. */
const concurrency = 4

/**
 * Sends sources and watches their ingestion to its end, while others are still being sent. One bad source never
 * stops the others; what stops them all is told with what had become of them until then.
 */
export async function ingestSources(
  client: GroundwireClient,
  { sources, collection }: { sources: readonly Source[]; collection: string },
  progress: Progress,
  signal: AbortSignal,
): Promise<SourcesReport> {
  const tally = new Tally(sources, progress)
  const leaving = new AbortController()
  const either = AbortSignal.any([signal, leaving.signal])
  let watching = Promise.resolve()
  const watch = async (id: string) => {
    for await (const state of client.watchIngestion(id, { signal: either })) tally.watched(id, state)
    if (tally.failedIn(id) > 0) tally.failed(await client.failedDocuments(id, { signal: either }))
  }
  let interruption: SourcesReport['interruption'] = null
  try {
    await client.ingest(
      { collection, documents: sources.map(({ document }) => document) },
      {
        signal,
        concurrency,
        onBatch(batch) {
          tally.accepted(batch)
          // One after the other: the server works on them in about this order.
          for (const { id } of batch.ingestions) watching = watching.then(() => watch(id))
          // It is awaited below; what fails before that must not end the process.
          watching.catch(() => {})
        },
      },
    )
    await watching
    const earlier = await awaitDocuments(client, tally.underWay, (count) => tally.waited(count), signal)
    tally.failed(earlier.filter(({ status }) => status !== 'READY'))
    tally.readyEarlier = earlier.filter(({ status }) => status === 'READY').length
    progress.update(sources.length, 'indexed')
  } catch (error) {
    interruption = { error }
  } finally {
    // Where sending failed, nobody waits for what is watched.
    leaving.abort()
  }
  return tally.report(interruption)
}

interface Counts {
  readonly ready: number
  readonly failed: number
  readonly cancelled: number
}

interface FailedDocument {
  readonly externalId?: string | null
  readonly title: string
  readonly failure?: { readonly code: string; readonly message: string } | null
}

/** Where each of them is, as far as it has been told. */
class Tally {
  readonly #sources: readonly Source[]
  readonly #progress: Progress
  readonly #outcomes = { CREATED: 0, UPDATED: 0, UNCHANGED: 0, REJECTED: 0 }
  readonly #failures: SourceFailure[] = []
  readonly #ingestions = new Map<string, Counts>()
  /** Documents that an earlier call queued and that are not searchable yet. */
  readonly underWay: string[] = []
  readyEarlier = 0
  #answered = 0

  constructor(sources: readonly Source[], progress: Progress) {
    this.#sources = sources
    this.#progress = progress
  }

  accepted({ results }: IngestReport): void {
    this.#answered += results.length
    for (const { index, outcome, document, failure } of results) {
      this.#outcomes[outcome] += 1
      if (outcome === 'UNCHANGED' && document && !isSettled(document.status)) this.underWay.push(document.id)
      const name = this.#sources[index]?.name ?? `document ${index}`
      if (outcome === 'REJECTED') this.#fail(name, failure)
    }
    this.#show()
  }

  watched(id: string, counts: Counts): void {
    this.#ingestions.set(id, counts)
    this.#show()
  }

  failedIn(id: string): number {
    const { failed = 0, cancelled = 0 } = this.#ingestions.get(id) ?? {}
    return failed + cancelled
  }

  failed(documents: readonly FailedDocument[]): void {
    for (const { externalId, title, failure } of documents) this.#fail(externalId ?? title, failure)
  }

  waited(count: number): void {
    this.#show(count)
  }

  report(interruption: SourcesReport['interruption']): SourcesReport {
    const ready = this.readyEarlier + this.#sum(({ ready }) => ready)
    return { outcomes: this.#outcomes, ready, failures: this.#failures, interruption }
  }

  #fail(name: string, failure: FailedDocument['failure']): void {
    const reason = failure?.message ?? 'Its ingestion was cancelled.'
    this.#failures.push({ name, code: failure?.code ?? 'CANCELLED', reason })
  }

  #sum(of: (counts: Counts) => number): number {
    return this.#ingestions.values().reduce((sum, counts) => sum + of(counts), 0)
  }

  #show(waited = 0): void {
    const { UNCHANGED, REJECTED } = this.#outcomes
    const watched = this.#sum(({ ready, failed, cancelled }) => ready + failed + cancelled)
    const done = REJECTED + UNCHANGED - this.underWay.length + watched + waited
    const all = this.#answered === this.#sources.length
    this.#progress.update(done, all ? 'indexing' : 'sending', all ? '' : `, ${this.#answered} sent`)
  }
}
