import type { Conversation } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'
import { limits } from './limits.ts'
import { requireProse, requireText } from './text-input.ts'

export interface ForkConversationInput {
  readonly conversationId: string
  readonly upToRunId: string
  readonly title?: string | null | undefined
  readonly requestId?: string | null | undefined
}

export async function forkConversation(
  { input }: { readonly input: ForkConversationInput },
  { caller, services }: Context,
): Promise<Conversation> {
  return services.runs.forkConversation(caller, {
    conversationId: requireRowId('conversationId', 'Conversation', input.conversationId),
    upToRunId: requireRowId('upToRunId', 'Run', input.upToRunId),
    title:
      input.title == null ? null : requireProse('title', input.title, limits.conversationTitleCharacters),
    requestId:
      input.requestId == null
        ? null
        : requireText('requestId', input.requestId, { min: 1, max: limits.requestIdCharacters }),
  })
}
