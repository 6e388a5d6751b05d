import { setTimeout as delay } from 'node:timers/promises'
import type { Session } from '../app/session.ts'
import { readLeftovers } from '../database-content.ts'
import type { Step } from './corpus.ts'
import { describeState } from './describe-state.ts'
import type { Observer } from './observer.ts'

export interface Played {
  /** External ids of the documents that were accepted and not deleted. */
  readonly acknowledged: ReadonlySet<string>
  /** How often each code answered a request that was sent again. */
  readonly errors: Readonly<Record<string, number>>
}

export interface PlayOptions {
  readonly collection: string
  readonly steps: readonly Step[]
  readonly observer: Observer
  /** The next step is sent when no more documents than these are unfinished. */
  readonly backlog: number
  /** Called when a step was sent. */
  readonly onStep?: (step: number) => void
}

const ingest = `mutation ($input: IngestDocumentsInput!) {
  ingestDocuments(input: $input) { results { outcome document { id externalId } failure { code message } } } }`
const remove = `mutation ($ids: [ID!]!) { deleteDocuments(input: { ids: $ids }) { deletedDocumentIds } }`

/** Sends the steps through GraphQL, each as often as it takes to have it answered, at the pace of the workers. */
export async function playIngestion(session: Session, options: PlayOptions): Promise<Played> {
  const { collection, steps, observer, backlog, onStep } = options
  const ids = new Map<string, string>()
  const errors: Record<string, number> = {}
  const insist = async (source: string, variables: object) => {
    for (;;) {
      const { data, errors: [error] = [] } = await session.send(source, variables)
      if (!error) return data
      const { code } = error.extensions
      errors[code] = (errors[code] ?? 0) + 1
      if (code !== 'INTERNAL_SERVER_ERROR' && code !== 'UNAVAILABLE')
        throw new Error(`${code}: ${error.message}`)
      await delay(100)
    }
  }
  for (const [index, { documents, deletions }] of steps.entries()) {
    if (documents.length > 0) {
      const { ingestDocuments } = await insist(ingest, { input: { collection, documents } })
      for (const { document, failure } of ingestDocuments.results) {
        if (failure) throw new Error(`A document was rejected: ${JSON.stringify(failure)}`)
        ids.set(document.externalId, document.id)
      }
    }
    if (deletions.length > 0) {
      await insist(remove, { ids: deletions.map((externalId) => ids.get(externalId)) })
      for (const externalId of deletions) ids.delete(externalId)
    }
    onStep?.(index)
    await observer.until(
      async (pool) => {
        const { rows } = await pool.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM document WHERE status NOT IN ('READY', 'FAILED', 'CANCELLED')`,
        )
        return (rows[0]?.count ?? 0) <= backlog ? true : null
      },
      { limitMs: 180_000, everyMs: 10, describe: describeState },
    )
  }
  return { acknowledged: new Set(ids.keys()), errors }
}

/** Resolves when nothing waits and nothing runs, and the statistics are folded. */
export async function ingestionEnd(observer: Observer): Promise<void> {
  await observer.until(
    async (pool) => {
      const { 'jobs given up': _, ...leftovers } = await readLeftovers(pool)
      return Object.values(leftovers).every((count) => count === 0) ? true : null
    },
    { limitMs: 180_000, everyMs: 200, describe: describeState },
  )
}
