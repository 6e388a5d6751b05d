import { expect } from 'vitest'
import type { DocumentInput } from '../../../clients/typescript/generated/graphql.ts'
import type { Session } from './session.ts'

/** Ingests documents and waits until all are READY. @returns their ids in input order, and the ingestion's */
export async function ingestReady(
  { client }: Pick<Session, 'client'>,
  collection: string,
  documents: readonly DocumentInput[],
): Promise<{ ids: string[]; ingestionId: string }> {
  const { results, ingestions } = await client.ingest({ collection, documents })
  for (const { failure } of results) expect(failure).toBeNull()
  for (const { id } of ingestions) {
    const states = await Array.fromAsync(client.watchIngestion(id))
    expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED' })
  }
  return { ids: results.map(({ document }) => document?.id ?? ''), ingestionId: ingestions[0]?.id ?? '' }
}

/** Documents of plain text by their external ids. */
export function texts(byId: Readonly<Record<string, string>>): DocumentInput[] {
  return Object.entries(byId).map(([externalId, text]) => ({ externalId, source: { text } }))
}
