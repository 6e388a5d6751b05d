import { collectionStats, type CollectionStats as Stats } from '../resolvers/collection-stats.ts'
import { createCollection } from '../resolvers/create-collection.ts'
import { deleteCollection } from '../resolvers/delete-collection.ts'
import { findCollection } from '../resolvers/find-collection.ts'
import { encodeGlobalId } from '../resolvers/global-id.ts'
import { limits } from '../resolvers/limits.ts'
import { listCollections } from '../resolvers/list-collections.ts'
import { builder } from './builder.ts'
import { connectionOf, pageArguments, pageComplexity } from './connection.ts'

const nameLimit = "1 to 63 lower-case letters, digits, '-' and '_'."

const CollectionStats = builder.objectRef<Stats>('CollectionStats').implement({
  fields: (t) => ({ documents: t.exposeInt('documents'), chunks: t.exposeInt('chunks') }),
})

/** Its documents are declared in document.ts: a type declares the fields that lead to it. */
export const Collection = builder.prismaNode('Collection', {
  description: 'A named set of documents that is searched as one.',
  id: { field: 'id' },
  fields: (t) => ({
    name: t.exposeString('name', {
      description: "Unique in the workspace: lower-case letters, digits, '-' and '_', at most 63.",
    }),
    description: t.exposeString('description', { nullable: true }),
    stats: t.field({
      type: CollectionStats,
      tracing: true,
      resolve: (collection, _args, context) => collectionStats(collection, context),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

builder.queryFields((t) => ({
  collection: t.field({
    type: Collection,
    nullable: true,
    args: { name: t.arg.string({ required: true, description: nameLimit }) },
    resolve: (_root, args, context) => findCollection(args, context),
  }),
  collections: t.field({
    type: connectionOf('Collection', Collection),
    args: pageArguments,
    complexity: pageComplexity,
    resolve: (_root, args, context) => listCollections(args, context),
  }),
}))

const CreateCollectionInput = builder.inputType('CreateCollectionInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: nameLimit }),
    description: t.string({ description: `At most ${limits.descriptionCharacters} characters.` }),
  }),
})

const DeleteCollectionInput = builder.inputType('DeleteCollectionInput', {
  fields: (t) => ({ name: t.string({ required: true, description: nameLimit }) }),
})

const DeleteCollectionPayload = builder
  .objectRef<{ collectionId: string; documents: number }>('DeleteCollectionPayload')
  .implement({
    fields: (t) => ({
      deletedCollectionId: t.id({
        resolve: ({ collectionId }) => encodeGlobalId('Collection', collectionId),
      }),
      deletedDocuments: t.exposeInt('documents'),
    }),
  })

builder.mutationFields((t) => ({
  createCollection: t.field({
    type: Collection,
    args: { input: t.arg({ type: CreateCollectionInput, required: true }) },
    resolve: (_root, args, context) => createCollection(args, context),
  }),
  deleteCollection: t.field({
    type: DeleteCollectionPayload,
    args: { input: t.arg({ type: DeleteCollectionInput, required: true }) },
    resolve: (_root, args, context) => deleteCollection(args, context),
  }),
}))
