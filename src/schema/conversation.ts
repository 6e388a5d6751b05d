import { deleteConversation } from '../resolvers/delete-conversation.ts'
import { forkConversation } from '../resolvers/fork-conversation.ts'
import { encodeGlobalId } from '../resolvers/global-id.ts'
import { limits } from '../resolvers/limits.ts'
import { listConversations } from '../resolvers/list-conversations.ts'
import { renameConversation } from '../resolvers/rename-conversation.ts'
import { builder } from './builder.ts'
import { connectionOf, pageArguments, pageComplexity } from './connection.ts'

/** Its runs are declared in run.ts. */
export const Conversation = builder.prismaNode('Conversation', {
  id: { field: 'id' },
  fields: (t) => ({
    title: t.exposeString('title'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

builder.queryField('conversations', (t) =>
  t.field({
    type: connectionOf('Conversation', Conversation),
    description: 'Newest first: by when they were started, so that none moves while runs are added.',
    args: pageArguments,
    complexity: pageComplexity,
    resolve: (_root, args, context) => listConversations(args, context),
  }),
)

const DeleteConversationInput = builder.inputType('DeleteConversationInput', {
  fields: (t) => ({ conversationId: t.id({ required: true }) }),
})

const DeleteConversationPayload = builder.objectRef<string>('DeleteConversationPayload').implement({
  fields: (t) => ({
    deletedConversationId: t.id({ resolve: (id) => encodeGlobalId('Conversation', id) }),
  }),
})

builder.mutationField('deleteConversation', (t) =>
  t.field({
    type: DeleteConversationPayload,
    args: { input: t.arg({ type: DeleteConversationInput, required: true }) },
    resolve: (_root, args, context) => deleteConversation(args, context),
  }),
)

const title = `Not blank, at most ${limits.conversationTitleCharacters} characters.`

const RenameConversationInput = builder.inputType('RenameConversationInput', {
  fields: (t) => ({
    conversationId: t.id({ required: true }),
    title: t.string({ required: true, description: title }),
  }),
})

const ForkConversationInput = builder.inputType('ForkConversationInput', {
  fields: (t) => ({
    conversationId: t.id({ required: true }),
    upToRunId: t.id({
      required: true,
      description: `The last run that is copied, one of the first ${limits.forkedRuns.toLocaleString('en')}. It must have
ended; any before it that has not is left out.`,
    }),
    title: t.string({ description: `${title} That of the other conversation where absent.` }),
    requestId: t.string({
      description: `Idempotency key: a second call with it is the same fork, never a second one.
1 to ${limits.requestIdCharacters} characters.`,
    }),
  }),
})

builder.mutationFields((t) => ({
  renameConversation: t.field({
    type: Conversation,
    args: { input: t.arg({ type: RenameConversationInput, required: true }) },
    resolve: (_root, args, context) => renameConversation(args, context),
  }),
  forkConversation: t.field({
    type: Conversation,
    description: `A new conversation with copies of another one's runs up to one of them: what was asked, retrieved,
streamed, answered and cited. It stays when the other one is deleted. Each call makes another one, but for
those with the same requestId.`,
    args: { input: t.arg({ type: ForkConversationInput, required: true }) },
    resolve: (_root, args, context) => forkConversation(args, context),
  }),
}))
