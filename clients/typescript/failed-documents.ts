import { FailedDocumentsDocument, type FailedDocumentsQuery } from './generated/graphql.ts'
import { type Endpoint, request } from './transport.ts'

type IngestionNode = Extract<NonNullable<FailedDocumentsQuery['node']>, { __typename: 'Ingestion' }>
export type FailedDocument = IngestionNode['documents']['edges'][number]['node']

/** The documents of an ingestion that failed or were cancelled, each with why. */
export async function failedDocuments(
  endpoint: Endpoint,
  ingestionId: string,
  signal: AbortSignal,
): Promise<FailedDocument[]> {
  const found: FailedDocument[] = []
  for (let after: string | null = null; ; ) {
    const variables: { ingestionId: string; after: string | null } = { ingestionId, after }
    const { node } = await request(endpoint, FailedDocumentsDocument, variables, signal)
    if (node?.__typename !== 'Ingestion') return found
    found.push(...node.documents.edges.map((edge) => edge.node))
    if (!node.documents.pageInfo.hasNextPage) return found
    after = node.documents.pageInfo.endCursor
  }
}
