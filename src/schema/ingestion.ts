import { type IngestionCounts, ingestionStatus } from '../ingestion/ingestion.ts'
import { cancelIngestion } from '../resolvers/cancel-ingestion.ts'
import { ingestionCounts } from '../resolvers/ingestion-counts.ts'
import { ingestionProgress } from '../resolvers/ingestion-progress.ts'
import { listDocuments } from '../resolvers/list-documents.ts'
import { retryIngestion } from '../resolvers/retry-ingestion.ts'
import { builder } from './builder.ts'
import { pageArguments, pageComplexity } from './connection.ts'
import { DocumentConnection } from './document.ts'
import { DocumentStatus, IngestionStatus } from './enums.ts'
import { subscribeTo } from './subscribe-to.ts'

export const Ingestion = builder.prismaNode('Ingestion', {
  description: 'One ingestDocuments call that queued work.',
  id: { field: 'id' },
  fields: (t) => {
    const count = (name: keyof IngestionCounts, description?: string) =>
      t.int({
        ...(description && { description }),
        resolve: async (ingestion, _args, context) => (await ingestionCounts(ingestion, context))[name],
      })
    return {
      status: t.field({
        type: IngestionStatus,
        resolve: async (ingestion, _args, context) =>
          ingestionStatus(await ingestionCounts(ingestion, context), ingestion.finishedAt !== null),
      }),
      total: count('total', 'Documents in it: total = queued + running + ready + failed + cancelled.'),
      queued: count('queued'),
      running: count('running'),
      ready: count('ready'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      documents: t.field({
        type: DocumentConnection,
        args: { ...pageArguments, status: t.arg({ type: [DocumentStatus] }) },
        complexity: pageComplexity,
        tracing: true,
        resolve: ({ id }, args, context) =>
          listDocuments({ ingestions: { some: { ingestionId: id } } }, args, context),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    }
  },
})

const RetryIngestionInput = builder.inputType('RetryIngestionInput', {
  fields: (t) => ({ ingestionId: t.id({ required: true }) }),
})

const CancelIngestionInput = builder.inputType('CancelIngestionInput', {
  fields: (t) => ({ ingestionId: t.id({ required: true }) }),
})

builder.mutationFields((t) => ({
  retryIngestion: t.field({
    type: Ingestion,
    description: 'Queues the failed and cancelled documents of an ingestion again.',
    args: { input: t.arg({ type: RetryIngestionInput, required: true }) },
    resolve: (_root, args, context) => retryIngestion(args, context),
  }),
  cancelIngestion: t.field({
    type: Ingestion,
    description: 'Stops what is queued or running. Documents that are READY stay.',
    args: { input: t.arg({ type: CancelIngestionInput, required: true }) },
    resolve: (_root, args, context) => cancelIngestion(args, context),
  }),
}))

builder.subscriptionField('ingestionProgress', (t) =>
  t.field({
    type: Ingestion,
    description: 'The ingestion now and after each change, until it has ended.',
    args: { ingestionId: t.arg.id({ required: true }) },
    subscribe: (_root, args, context, info) => subscribeTo(ingestionProgress, args, context, info),
    resolve: (ingestion) => ingestion,
  }),
)
