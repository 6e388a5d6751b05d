import { readIndexed } from '../db/sql/document-work.ts'
import { staleDocuments } from '../db/sql/reindex.ts'
import { clearStaged } from '../db/sql/staged-embedding.ts'
import { FailureError } from '../failure.ts'
import { ANALYSIS_VERSION } from '../retrieval/lexical/analyze.ts'
import type { Logger } from '../telemetry/logger.ts'
import { type BuildDependencies, buildDocument } from './build-document.ts'
import { readSource } from './read-source.ts'

const batchSize = 100
const beforeAllIds = '00000000-0000-0000-0000-000000000000'

/**
 * Makes the passages of those documents anew that changed their title or language, whose collection changed its
 * settings, or that an earlier release analysed. Each stays searchable as it was until its new passages are. What is done is seen by its row, so that whoever is
 * interrupted or comes late does the rest.
 *
 * @returns false where some have to be tried again later
 */
export async function reindexCollection(
  dependencies: BuildDependencies & { readonly logger: Logger },
  collectionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, logger } = dependencies
  let complete = true
  let after = beforeAllIds
  for (;;) {
    const batch = await staleDocuments(database.pool, collectionId, after, batchSize, ANALYSIS_VERSION)
    const last = batch.at(-1)
    if (!last) return complete
    for (const { id } of batch) {
      signal.throwIfAborted()
      try {
        await reindexDocument(dependencies, id, signal)
      } catch (error) {
        if (signal.aborted) throw error
        // Its old passages stay. What would fail again is left as it is until its settings change once more.
        const retryable = !(error instanceof FailureError) || error.failure.retryable
        if (retryable) complete = false
        else await clearStaged(database.pool, id)
        logger.warn({ err: error, documentId: id, retryable }, 'A document could not be indexed anew')
      }
    }
    after = last.id
  }
}

async function reindexDocument(
  dependencies: BuildDependencies,
  documentId: string,
  signal: AbortSignal,
): Promise<void> {
  const { pool } = dependencies.database
  const [document] = await readIndexed(pool, documentId)
  if (!document) return
  const { workspace_id: workspaceId, version, fence } = document
  const source = { bytes: await readSource(pool, documentId, version, document) }
  if (source.bytes === null) return
  const target = { kind: 'reindex', workspaceId, documentId, version, fence, ingestionId: null } as const
  await buildDocument(dependencies, target, { ...document, bytes: null }, source, {
    signal,
    advance: () => Promise.resolve(true),
  })
}
