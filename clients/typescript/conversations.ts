import {
  ConversationDocument,
  type ConversationQuery,
  ConversationsDocument,
  type ConversationsQuery,
  type ConversationsQueryVariables,
} from './generated/graphql.ts'
import { type Endpoint, request } from './transport.ts'

/** A conversation with some of its runs, oldest first; `runs.pageInfo` leads to the runs before them. */
export type Conversation = Extract<
  NonNullable<ConversationQuery['node']>,
  { readonly __typename: 'Conversation' }
>
/** Newest first; `pageInfo` leads to the older ones. */
export type ConversationList = ConversationsQuery['conversations']
export type ConversationPage = ConversationsQueryVariables
/** The last so many runs, before a cursor. */
export interface RunPage {
  readonly last?: number
  readonly before?: string | null
}

/** @returns null where the caller's workspace has no such conversation */
export async function conversation(
  endpoint: Endpoint,
  id: string,
  { last = 20, before = null }: RunPage,
  signal: AbortSignal,
): Promise<Conversation | null> {
  const { node } = await request(endpoint, ConversationDocument, { id, last, before }, signal)
  return node?.__typename === 'Conversation' ? node : null
}

export async function conversations(
  endpoint: Endpoint,
  page: ConversationPage,
  signal: AbortSignal,
): Promise<ConversationList> {
  return (await request(endpoint, ConversationsDocument, page, signal)).conversations
}
