import { limits } from '../resolvers/limits.ts'
import { builder } from './builder.ts'
import { DocumentFilter } from './document-filter.ts'
import { ConflictPolicy } from './enums.ts'

const GenerationOptions = builder.inputType('GenerationOptions', {
  description: `How the model is to answer, within what the server allows. Where no LLM is configured a model is refused,
and the rest has no effect.`,
  fields: (t) => ({
    model: t.string({ description: 'One of those that the server offers.' }),
    maxTokens: t.int({ description: 'The longest answer, in tokens.' }),
    temperature: t.float({ description: '0 to 2.' }),
  }),
})

export const AskQuestionInput = builder.inputType('AskQuestionInput', {
  fields: (t) => ({
    question: t.string({
      required: true,
      description: `At most ${limits.questionCharacters.toLocaleString('en')} characters. Not blank.`,
    }),
    collection: t.string({
      required: true,
      defaultValue: 'default',
      description: "1 to 63 lower-case letters, digits, '-' and '_'.",
    }),
    conversationId: t.id({
      description: 'Goes on in this conversation; a new one is started where absent.',
    }),
    topK: t.int({ required: true, defaultValue: 6, description: `1 to ${limits.topK}.` }),
    filter: t.field({ type: DocumentFilter }),
    requestId: t.string({
      description: `Idempotency key: a second call with it is the same run, never a second generation.
1 to ${limits.requestIdCharacters} characters.`,
    }),
    onConflict: t.field({
      type: ConflictPolicy,
      required: true,
      defaultValue: 'REJECT',
      description: 'What to do while another run of the conversation is active.',
    }),
    generation: t.field({ type: GenerationOptions }),
  }),
})
