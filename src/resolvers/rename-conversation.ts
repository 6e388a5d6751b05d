import type { Conversation } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'
import { limits } from './limits.ts'
import { requireProse } from './text-input.ts'

export async function renameConversation(
  { input }: { readonly input: { readonly conversationId: string; readonly title: string } },
  { caller, services }: Context,
): Promise<Conversation> {
  const id = requireRowId('conversationId', 'Conversation', input.conversationId)
  const title = requireProse('title', input.title, limits.conversationTitleCharacters)
  return services.runs.renameConversation(caller, id, title)
}
