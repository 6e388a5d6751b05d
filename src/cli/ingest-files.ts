import type { GroundwireClient } from '../../clients/typescript/client.ts'
import type { DocumentInput, IngestOutcome } from '../../clients/typescript/generated/graphql.ts'
import { awaitDocuments, isSettled } from './await-documents.ts'
import type { Progress } from './progress.ts'
import { readDocument } from './read-document.ts'

export interface FileFailure {
  readonly file: string
  readonly reason: string
}

export interface FilesReport {
  readonly outcomes: Readonly<Record<IngestOutcome, number>>
  /** Documents that this call waited for and that are searchable now. */
  readonly ready: number
  readonly failures: readonly FileFailure[]
}

/** Sends files, then watches their ingestion to its end. One bad file never stops the others. */
export async function ingestFiles(
  client: GroundwireClient,
  { files, cwd, collection }: { files: readonly string[]; cwd: string; collection: string },
  progress: Progress,
  signal: AbortSignal,
): Promise<FilesReport> {
  const failures: FileFailure[] = []
  const outcomes = { CREATED: 0, UPDATED: 0, UNCHANGED: 0, REJECTED: 0 }
  const sent: string[] = []
  /** Unchanged, but not searchable yet: an earlier call queued them. */
  const underWay: string[] = []
  const settled = () => failures.length + outcomes.UNCHANGED - underWay.length

  async function* documents(): AsyncGenerator<DocumentInput> {
    for (const file of files) {
      try {
        const document = await readDocument(file, cwd)
        sent.push(file)
        yield document
      } catch (error) {
        failures.push({ file, reason: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  const { ingestions } = await client.ingest(
    { collection, documents: documents() },
    {
      signal,
      onBatch({ results }) {
        for (const { index, outcome, document, failure } of results) {
          outcomes[outcome] += 1
          if (outcome === 'UNCHANGED' && document && !isSettled(document.status)) underWay.push(document.id)
          if (outcome !== 'REJECTED') continue
          failures.push({ file: sent[index] ?? `document ${index}`, reason: reasonOf(failure) })
        }
        progress.update(settled(), 'queued')
      },
    },
  )
  const before = settled()
  let finished = 0
  let ready = 0
  for (const { id } of ingestions) {
    let last = { ready: 0, failed: 0, cancelled: 0 }
    for await (const state of client.watchIngestion(id, { signal })) {
      last = state
      progress.update(before + finished + state.ready + state.failed + state.cancelled, 'indexing')
    }
    finished += last.ready + last.failed + last.cancelled
    ready += last.ready
    if (last.failed + last.cancelled === 0) continue
    for (const document of await client.failedDocuments(id, { signal })) {
      failures.push({ file: document.externalId ?? document.title, reason: reasonOf(document.failure) })
    }
  }
  const earlier = await awaitDocuments(
    client,
    underWay,
    (count) => progress.update(before + finished + count, 'indexing'),
    signal,
  )
  for (const { status, externalId, title, failure } of earlier) {
    if (status === 'READY') ready += 1
    else failures.push({ file: externalId ?? title, reason: reasonOf(failure) })
  }
  progress.update(files.length, 'indexed')
  return { outcomes, ready, failures }
}

function reasonOf(failure: { code: string; message: string } | null): string {
  return failure ? `${failure.code}: ${failure.message}` : 'CANCELLED'
}
