import type { RejectedPassage as Rejected } from '../ingestion/spaces/migrations.ts'
import type { EmbeddingModel as Model } from '../providers/embeddings/embedders.ts'
import { rejectedPassages } from '../resolvers/embedding-comparison.ts'
import { embeddingMigrationProgress } from '../resolvers/embedding-migration-progress.ts'
import {
  abandonEmbeddingMigration,
  completeEmbeddingMigration,
} from '../resolvers/end-embedding-migration.ts'
import { findEmbeddingMigration } from '../resolvers/find-embedding-migration.ts'
import { limits } from '../resolvers/limits.ts'
import { loadChunk } from '../resolvers/load-row.ts'
import { startEmbeddingMigration } from '../resolvers/start-embedding-migration.ts'
import { storedFailure } from '../resolvers/stored-json.ts'
import { builder } from './builder.ts'
import { Chunk } from './chunk.ts'
import { EmbeddingMigrationStatus } from './enums.ts'
import { Failure } from './failure.ts'
import { subscribeTo } from './subscribe-to.ts'

const EmbeddingModel = builder.objectRef<Model>('EmbeddingModel').implement({
  description: 'What makes vectors comparable.',
  fields: (t) => ({
    model: t.exposeString('model'),
    dimensions: t.exposeInt('dimensions', { description: 'Numbers in each vector.' }),
  }),
})

const RejectedPassage = builder.objectRef<Rejected>('RejectedPassage').implement({
  description: 'A passage that an embedding model did not take. It is found by its words.',
  fields: (t) => ({
    chunk: t.field({
      type: Chunk,
      nullable: true,
      description: 'Null where it has been deleted since.',
      tracing: true,
      resolve: ({ chunkId }, _args, context) => loadChunk(context, chunkId),
    }),
    reason: t.exposeString('reason', { description: 'For a person, without internals.' }),
  }),
})

/** Its comparison is declared in embedding-comparison.ts. */
const EmbeddingMigration = builder.prismaNode('EmbeddingMigration', {
  description: `The workspace's way from one embedding model to another. Searches use the old one until it is completed;
what is ingested meanwhile is embedded with both.`,
  id: { field: 'id' },
  fields: (t) => ({
    status: t.expose('status', { type: EmbeddingMigrationStatus }),
    from: t.field({
      type: EmbeddingModel,
      nullable: true,
      description: 'Null where the workspace had no vectors it could search.',
      resolve: ({ fromModel: model, fromDimensions: dimensions }) =>
        model === null || dimensions === null ? null : { model, dimensions },
    }),
    to: t.field({
      type: EmbeddingModel,
      resolve: ({ toModel: model, toDimensions: dimensions }) => ({ model, dimensions }),
    }),
    automatic: t.exposeBoolean('automatic', {
      description: `True where no model was asked for: the workspace had no vectors of the configured one. It is completed
as soon as it is READY.`,
    }),
    total: t.exposeInt('total', { description: "The workspace's searchable passages, as counted last." }),
    embedded: t.exposeInt('embedded', { description: 'Those of them that the new model has embedded.' }),
    rejected: t.exposeInt('rejected', {
      description: 'Those that the new model did not take. They are found by words only.',
    }),
    rejectedPassages: t.field({
      type: [RejectedPassage],
      description: 'Examples of them.',
      args: {
        first: t.arg.int({ required: true, defaultValue: 10, description: `1 to ${limits.pageSize}.` }),
      },
      complexity: ({ first }) => ({
        field: 1,
        multiplier: Math.max(0, Math.min(first ?? 10, limits.pageSize)),
      }),
      tracing: true,
      resolve: (migration, args, context) => rejectedPassages(migration, args, context),
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description:
        'What keeps it from going on now. It is tried again until it works; null while it goes on.',
      resolve: ({ failure }) => storedFailure(failure),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    readyAt: t.expose('readyAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
})

const StartEmbeddingMigrationInput = builder.inputType('StartEmbeddingMigrationInput', {
  description: 'Which of the configured models; left out, it is the one of EMBEDDING_NEXT_*.',
  fields: (t) => ({
    model: t.string({ description: `At most ${limits.modelCharacters} characters.` }),
    dimensions: t.int({ description: `1 to ${limits.dimensions}.` }),
  }),
})

const CompleteEmbeddingMigrationInput = builder.inputType('CompleteEmbeddingMigrationInput', {
  fields: (t) => ({ migrationId: t.id({ required: true }) }),
})

const AbandonEmbeddingMigrationInput = builder.inputType('AbandonEmbeddingMigrationInput', {
  fields: (t) => ({ migrationId: t.id({ required: true }) }),
})

builder.queryField('embeddingMigration', (t) =>
  t.field({
    type: EmbeddingMigration,
    nullable: true,
    description: "The workspace's migration with this id, or the newest one. Null where there is none.",
    args: { id: t.arg.id() },
    resolve: (_root, args, context) => findEmbeddingMigration(args, context),
  }),
)

builder.mutationFields((t) => ({
  startEmbeddingMigration: t.field({
    type: EmbeddingMigration,
    description: `Begins to embed the workspace's passages with another configured model, beside the one in use. Called
again, it returns the same migration. Needs ADMIN. CONFLICT where the model is not configured or in use already, or
where a migration to another one is open; extensions.reason tells which.`,
    args: { input: t.arg({ type: StartEmbeddingMigrationInput, required: true, defaultValue: {} }) },
    resolve: (_root, args, context) => startEmbeddingMigration(args, context),
  }),
  completeEmbeddingMigration: t.field({
    type: EmbeddingMigration,
    description: `The switch: searches that begin afterwards use the new model, and the old vectors are deleted in the
background. Needs ADMIN. CONFLICT while passages are not embedded yet, where the model took none of them, or where the
migration was abandoned; extensions.reason tells which.`,
    args: { input: t.arg({ type: CompleteEmbeddingMigrationInput, required: true }) },
    resolve: (_root, args, context) => completeEmbeddingMigration(args, context),
  }),
  abandonEmbeddingMigration: t.field({
    type: EmbeddingMigration,
    description: `Ends it without a switch: the new vectors are deleted in the background. Needs ADMIN. CONFLICT where it
is completed.`,
    args: { input: t.arg({ type: AbandonEmbeddingMigrationInput, required: true }) },
    resolve: (_root, args, context) => abandonEmbeddingMigration(args, context),
  }),
}))

builder.subscriptionField('embeddingMigrationProgress', (t) =>
  t.field({
    type: EmbeddingMigration,
    description: 'The migration now and after each change, until it has ended.',
    args: { migrationId: t.arg.id({ required: true }) },
    subscribe: (_root, args, context, info) => subscribeTo(embeddingMigrationProgress, args, context, info),
    resolve: (migration) => migration,
  }),
)
