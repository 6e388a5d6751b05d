import type * as explain from '../retrieval/explain.ts'
import { builder } from './builder.ts'
import { RetrievalFallback, RetrievalMode, VectorStrategy, VectorStrategyReason } from './enums.ts'

const LexicalExplain = builder.objectRef<explain.LexicalExplain>('LexicalExplain').implement({
  description: 'The search by words.',
  fields: (t) => ({
    candidates: t.exposeInt('candidates', { description: 'Passages that it handed on.' }),
  }),
})

const VectorExplain = builder.objectRef<explain.VectorExplain>('VectorExplain').implement({
  description: 'The search by embeddings.',
  fields: (t) => ({
    candidates: t.exposeInt('candidates', { description: 'Passages that it handed on.' }),
    model: t.exposeString('model', { description: 'The embedding model whose vectors were searched.' }),
    strategy: t.expose('strategy', { type: VectorStrategy }),
    reason: t.expose('reason', { type: VectorStrategyReason }),
    efSearch: t.exposeInt('efSearch', {
      nullable: true,
      description:
        'How many candidates the index kept at a time (hnsw.ef_search); null where it was not searched.',
    }),
  }),
})

const RerankExplain = builder.objectRef<explain.RerankExplain>('RerankExplain').implement({
  description: 'The reranking model.',
  fields: (t) => ({
    candidates: t.exposeInt('candidates', { description: 'Passages that it was given.' }),
    model: t.exposeString('model'),
    failed: t.exposeBoolean('failed', {
      description: 'True where it gave no scores: the hits are in the order that they had without it.',
    }),
  }),
})

const FilterExplain = builder.objectRef<explain.FilterExplain>('FilterExplain').implement({
  description: 'What the filter leaves, counted when this is asked for.',
  fields: (t) => ({
    matchingPassages: t.exposeInt('matchingPassages', { description: 'Searchable passages that match it.' }),
    collectionPassages: t.exposeInt('collectionPassages', {
      description: 'Searchable passages in the collection.',
    }),
    selectivity: t.float({
      description: 'The part of the passages that match, 0 to 1; 1 for an empty collection.',
      resolve: ({ matchingPassages, collectionPassages }) =>
        collectionPassages === 0 ? 1 : Math.min(1, matchingPassages / collectionPassages),
    }),
    complete: t.exposeBoolean('complete', {
      description:
        'False where it was counted in the first 10,000 matching documents only: at least so many match.',
    }),
  }),
})

const stage = (description: string) => ({ nullable: true, description }) as const

const RetrievalTimes = builder.objectRef<explain.StageTimes>('RetrievalTimes').implement({
  description: `Wall-clock times of the stages, in milliseconds; null where one did not run. Words are searched while the
query is being embedded, so that they add up to more than the total.`,
  fields: (t) => ({
    embedQuery: t.exposeFloat('embed_query', stage('Until the query was embedded.')),
    lexical: t.exposeFloat('lexical', stage('The search by words.')),
    vector: t.exposeFloat('vector', stage('The search by embeddings.')),
    fuse: t.exposeFloat('fuse', stage('Both rankings made one.')),
    rerank: t.exposeFloat('rerank', stage('Until the reranking model answered, or failed.')),
    total: t.exposeFloat('total', stage('The whole retrieval, without this explanation.')),
  }),
})

export const RetrievalExplain = builder.objectRef<explain.RetrievalExplain>('RetrievalExplain').implement({
  description: 'How a retrieval came about: for people who tune and debug. What it tells may grow.',
  fields: (t) => ({
    requestedMode: t.expose('requestedMode', {
      type: RetrievalMode,
      description: "What was asked for; Retrieval's mode is what ran.",
    }),
    fallback: t.expose('fallback', {
      type: RetrievalFallback,
      nullable: true,
      description: 'Why the mode that ran is another one; null where it is not.',
    }),
    lexical: t.expose('lexical', {
      type: LexicalExplain,
      nullable: true,
      description: 'Null where words were not searched.',
    }),
    vector: t.expose('vector', {
      type: VectorExplain,
      nullable: true,
      description: 'Null where embeddings were not searched.',
    }),
    rerank: t.expose('rerank', {
      type: RerankExplain,
      nullable: true,
      description: 'Null where no reranking model is configured.',
    }),
    filter: t.expose('filter', {
      type: FilterExplain,
      nullable: true,
      description: 'Null where no filter was given.',
    }),
    times: t.expose('times', { type: RetrievalTimes }),
  }),
})
