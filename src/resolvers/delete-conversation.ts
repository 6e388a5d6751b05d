import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'

/** @returns the row id */
export async function deleteConversation(
  { input }: { readonly input: { readonly conversationId: string } },
  { caller, services }: Context,
): Promise<string> {
  const id = requireRowId('conversationId', 'Conversation', input.conversationId)
  return services.runs.deleteConversation(caller, id)
}
