import { type ComparedQuery, type Comparison, comparedHits } from '../ingestion/spaces/compare-spaces.ts'
import { embeddingComparison } from '../resolvers/embedding-comparison.ts'
import { limits } from '../resolvers/limits.ts'
import { loadCollection } from '../resolvers/load-row.ts'
import { builder } from './builder.ts'
import { Chunk } from './chunk.ts'
import { Collection } from './collection.ts'

const ComparedQueryType = builder.objectRef<ComparedQuery>('ComparedQuery').implement({
  fields: (t) => ({
    query: t.exposeString('query'),
    collection: t.field({
      type: Collection,
      tracing: true,
      resolve: ({ collectionId }, _args, context) => loadCollection(context, collectionId),
    }),
    overlap: t.exposeFloat('overlap', {
      description: `The share of the first ${comparedHits} hits that both models find, 0 to 1.`,
    }),
    rankBiasedOverlap: t.exposeFloat('rankBiasedOverlap', {
      description: `How alike both orders are, 0 to 1, the first ranks counting most: extrapolated rank-biased overlap with
p = 0.9 (Webber, Moffat and Zobel, 2010).`,
    }),
    currentFirst: t.expose('currentFirst', {
      type: Chunk,
      nullable: true,
      description: 'The first hit by the model in use.',
    }),
    nextFirst: t.expose('nextFirst', {
      type: Chunk,
      nullable: true,
      description: 'The first hit by the new model.',
    }),
  }),
})

const EmbeddingComparison = builder.objectRef<Comparison>('EmbeddingComparison').implement({
  description: `Recent queries of the workspace, searched by both models: how much would change. It does not tell which
hits are better: that takes judgements.`,
  fields: (t) => ({
    sampled: t.exposeInt('sampled', { description: 'Queries that were compared; 0 where there were none.' }),
    meanOverlap: t.exposeFloat('meanOverlap', { nullable: true, description: 'Null where there were none.' }),
    meanRankBiasedOverlap: t.exposeFloat('meanRankBiasedOverlap', { nullable: true }),
    differentFirstHit: t.exposeFloat('differentFirstHit', {
      nullable: true,
      description: 'The share of the queries whose first hit differs, 0 to 1.',
    }),
    queries: t.field({
      type: [ComparedQueryType],
      description: 'At most ten: those that differ most, most first.',
      resolve: ({ queries }) => [...queries],
    }),
  }),
})

builder.prismaObjectField('EmbeddingMigration', 'comparison', (t) =>
  t.field({
    type: EmbeddingComparison,
    nullable: true,
    description: `Both models side by side, by meaning only, with the newest queries of the workspace: questions of runs,
and searches since the migration began, of which a sample is kept until it ends. Null before there are two models to
compare, and after its end. Needs ADMIN. UNAVAILABLE where one of the models does not answer.`,
    args: {
      sample: t.arg.int({
        required: true,
        defaultValue: 50,
        description: `Queries, 1 to ${limits.comparedQueries}.`,
      }),
    },
    complexity: ({ sample }) => ({ field: 10 * Math.max(0, Math.min(sample ?? 50, limits.comparedQueries)) }),
    tracing: true,
    resolve: (migration, args, context) => embeddingComparison(migration, args, context),
  }),
)
