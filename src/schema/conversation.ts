import { deleteConversation } from '../resolvers/delete-conversation.ts'
import { encodeGlobalId } from '../resolvers/global-id.ts'
import { listConversations } from '../resolvers/list-conversations.ts'
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
