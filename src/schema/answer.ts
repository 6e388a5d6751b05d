import { type Citation as CitationShape, loadCitations } from '../resolvers/load-citations.ts'
import type { StoredAnswer } from '../runs/runs.ts'
import { builder } from './builder.ts'
import { Chunk } from './chunk.ts'
import { FinishReason } from './enums.ts'

/** A run's answer: its citations are rows, read when they are asked for. */
export interface AnswerOf {
  readonly runId: string
  readonly stored: StoredAnswer
}

const TokenUsage = builder.objectRef<NonNullable<StoredAnswer['usage']>>('TokenUsage').implement({
  fields: (t) => ({
    promptTokens: t.exposeInt('promptTokens'),
    completionTokens: t.exposeInt('completionTokens'),
  }),
})

const Citation = builder.objectRef<CitationShape>('Citation').implement({
  description: `Ties a marker such as [1] in the answer to the passage that supports it. Deleting a document removes
its passages and quotes from the runs that used it too: then only the marker stays.`,
  fields: (t) => ({
    marker: t.exposeInt('marker'),
    chunk: t.expose('chunk', { type: Chunk, nullable: true }),
    quote: t.exposeString('quote', { nullable: true, description: 'Verbatim from the passage.' }),
    start: t.exposeInt('start', {
      nullable: true,
      description:
        "Offsets of the quote in the document's extracted text, in UTF-16 code units, end exclusive.",
    }),
    end: t.exposeInt('end', { nullable: true }),
    verified: t.exposeBoolean('verified', {
      description: 'True where the quote was found verbatim in the stored passage.',
    }),
  }),
})

export const Answer = builder.objectRef<AnswerOf>('Answer').implement({
  fields: (t) => ({
    text: t.string({ resolve: ({ stored }) => stored.text }),
    citations: t.field({
      type: [Citation],
      tracing: true,
      resolve: async ({ runId }, _args, context) => (await loadCitations(context, runId)) ?? [],
    }),
    grounded: t.boolean({
      description: 'True where every sentence that claims something carries a verified citation.',
      resolve: ({ stored }) => stored.grounded,
    }),
    finishReason: t.field({ type: FinishReason, resolve: ({ stored }) => stored.finishReason }),
    model: t.string({
      description: 'The model that wrote it; extractive where no LLM is configured.',
      resolve: ({ stored }) => stored.model,
    }),
    removedCitations: t.int({
      description: 'Markers that named no passage: they were taken out of the text.',
      resolve: ({ stored }) => stored.removedCitations ?? 0,
    }),
    removedLinks: t.int({
      description: 'Links that stood in no passage: they were taken out of the text.',
      resolve: ({ stored }) => stored.removedLinks ?? 0,
    }),
    usage: t.field({ type: TokenUsage, nullable: true, resolve: ({ stored }) => stored.usage }),
  }),
})
