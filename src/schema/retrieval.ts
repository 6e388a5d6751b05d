import { limits } from '../resolvers/limits.ts'
import { retrieve } from '../resolvers/retrieve.ts'
import type {
  Hit as HitShape,
  Retrieval as RetrievalShape,
  HitScores as Scores,
} from '../retrieval/retrieval.ts'
import { builder } from './builder.ts'
import { Chunk } from './chunk.ts'
import { DocumentFilter } from './document-filter.ts'
import { RetrievalMode } from './enums.ts'
import { RetrievalExplain } from './retrieval-explain.ts'

const HitScores = builder.objectRef<Scores>('HitScores').implement({
  description: 'What each retriever gave; null where it did not find the passage or did not run.',
  fields: (t) => ({
    lexical: t.exposeFloat('lexical', { nullable: true, description: 'BM25, unbounded.' }),
    vector: t.exposeFloat('vector', { nullable: true, description: 'Cosine similarity, -1 to 1.' }),
    rerank: t.exposeFloat('rerank', { nullable: true, description: "The reranking model's relevance." }),
  }),
})

const Hit = builder.objectRef<HitShape>('Hit').implement({
  fields: (t) => ({
    rank: t.exposeInt('rank', { description: 'From 1.' }),
    score: t.exposeFloat('score', {
      description: 'What the hits are ordered by, 0 to 1, comparable within one result.',
    }),
    scores: t.expose('scores', { type: HitScores }),
    chunk: t.expose('chunk', { type: Chunk }),
  }),
})

export const Retrieval = builder.objectRef<RetrievalShape>('Retrieval').implement({
  fields: (t) => ({
    mode: t.expose('mode', { type: RetrievalMode }),
    hits: t.field({ type: [Hit], description: 'Best first.', resolve: ({ hits }) => [...hits] }),
    underfilled: t.exposeBoolean('underfilled', {
      description:
        'True where fewer than topK passages matched the filter and the phrases in quotes, so fewer hits than asked for is correct.',
    }),
    explain: t.field({
      type: RetrievalExplain,
      nullable: true,
      description: 'How it came about. Null for what a run retrieved.',
      tracing: true,
      complexity: 20,
      resolve: ({ explain }) => explain?.() ?? null,
    }),
  }),
})

const RetrieveInput = builder.inputType('RetrieveInput', {
  fields: (t) => ({
    query: t.string({
      required: true,
      description: `Not blank, at most ${limits.queryCharacters.toLocaleString('en')} characters. What stands in quotes
("…", “…”, „…“, «…», 「…」) must stand so in every hit, in any mode: the same words in a row, in the passage's title,
headings or text, whatever their case and the punctuation between them. The rest of the query ranks. A quote that is
not closed is text.`,
    }),
    collection: t.string({
      required: true,
      defaultValue: 'default',
      description: "1 to 63 lower-case letters, digits, '-' and '_'.",
    }),
    topK: t.int({ required: true, defaultValue: 5, description: `1 to ${limits.topK}.` }),
    mode: t.field({
      type: RetrievalMode,
      required: true,
      defaultValue: 'HYBRID',
      description:
        'HYBRID falls back to LEXICAL where no embedding model is configured; the result says which ran.',
    }),
    filter: t.field({ type: DocumentFilter }),
    minScore: t.float({ description: 'Hits scored lower are left out. 0 to 1.' }),
    language: t.string({
      description: `Of the query, as BCP 47: its words are stemmed by it. Absent, they are taken for each language that the
collection's documents are in.`,
    }),
  }),
})

builder.queryField('retrieve', (t) =>
  t.field({
    type: Retrieval,
    description: 'Finds the passages that answer a query best. Never calls an LLM.',
    args: { input: t.arg({ type: RetrieveInput, required: true }) },
    resolve: (_root, args, context) => retrieve(args, context),
  }),
)
