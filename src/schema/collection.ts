import type { Collection as Row } from '../generated/prisma/client.ts'
import { collectionStats, type CollectionStats as Stats } from '../resolvers/collection-stats.ts'
import { createCollection } from '../resolvers/create-collection.ts'
import { deleteCollection } from '../resolvers/delete-collection.ts'
import { findCollection } from '../resolvers/find-collection.ts'
import { encodeGlobalId } from '../resolvers/global-id.ts'
import { limits } from '../resolvers/limits.ts'
import { listCollections } from '../resolvers/list-collections.ts'
import { updateCollection } from '../resolvers/update-collection.ts'
import { builder } from './builder.ts'
import { connectionOf, pageArguments, pageComplexity } from './connection.ts'

const nameLimit = "1 to 63 lower-case letters, digits, '-' and '_'."

const CollectionStats = builder.objectRef<Stats>('CollectionStats').implement({
  fields: (t) => ({ documents: t.exposeInt('documents'), chunks: t.exposeInt('chunks') }),
})

const { targetTokens, maxTokens, overlapTokens } = limits.chunkTokens
const range = ([least, most]: readonly [number, number]) => `${least} to ${most}.`

const Chunking = builder.objectRef<Row>('Chunking').implement({
  description:
    'How documents are cut into passages, in tokens as they are estimated: a word is about 1.3 of them.',
  fields: (t) => ({
    targetTokens: t.exposeInt('chunkTargetTokens', {
      description: 'Smaller parts of a section are joined up to this.',
    }),
    maxTokens: t.exposeInt('chunkMaxTokens', { description: 'No passage has more.' }),
    overlapTokens: t.exposeInt('chunkOverlapTokens', {
      description: 'The longest sentence that is repeated between two passages of one paragraph.',
    }),
  }),
})

const ChunkingInput = builder.inputType('ChunkingInput', {
  description: 'What is left out keeps its value, or the default: 240, 400 and 40.',
  fields: (t) => ({
    targetTokens: t.int({ description: range(targetTokens) }),
    maxTokens: t.int({ description: `${range(maxTokens)} At least targetTokens.` }),
    overlapTokens: t.int({ description: range(overlapTokens) }),
  }),
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
    chunking: t.field({ type: Chunking, resolve: (collection) => collection }),
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
    chunking: t.field({ type: ChunkingInput }),
  }),
})

const UpdateCollectionInput = builder.inputType('UpdateCollectionInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: nameLimit }),
    newName: t.string({ description: nameLimit }),
    description: t.string({
      description: `At most ${limits.descriptionCharacters} characters. Null takes it away, left out it stays.`,
    }),
    chunking: t.field({ type: ChunkingInput }),
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
  updateCollection: t.field({
    type: Collection,
    description: `Changes what is given. Where the chunking changes, documents are cut anew in the background: each is
searched as it was until its new passages are there.`,
    args: { input: t.arg({ type: UpdateCollectionInput, required: true }) },
    resolve: (_root, args, context) => updateCollection(args, context),
  }),
  deleteCollection: t.field({
    type: DeleteCollectionPayload,
    args: { input: t.arg({ type: DeleteCollectionInput, required: true }) },
    resolve: (_root, args, context) => deleteCollection(args, context),
  }),
}))
