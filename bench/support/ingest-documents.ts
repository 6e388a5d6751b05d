import { createClient } from '../../clients/typescript/client.ts'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import type { Endpoint } from '../../clients/typescript/transport.ts'

export interface IngestedDocuments {
  readonly ready: number
  /** Rejected by the call or failed in a job, such as those without text. */
  readonly refused: number
  /** From the first request until the last document was READY. */
  readonly seconds: number
}

/** Sends documents through GraphQL with the project's client and waits until each has ended. */
export async function ingestDocuments(
  endpoint: Endpoint | string,
  collection: string,
  documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>,
): Promise<IngestedDocuments> {
  const client = createClient(typeof endpoint === 'string' ? { url: endpoint } : endpoint)
  const began = performance.now()
  const { results, ingestions } = await client.ingest({ collection, documents })
  let ready = results.filter(({ outcome }) => outcome === 'UNCHANGED').length
  let refused = results.filter(({ outcome }) => outcome === 'REJECTED').length
  for (const { id } of ingestions) {
    let last = { ready: 0, failed: 0, cancelled: 0 }
    for await (const state of client.watchIngestion(id)) last = state
    ready += last.ready
    refused += last.failed + last.cancelled
  }
  return { ready, refused, seconds: (performance.now() - began) / 1_000 }
}
