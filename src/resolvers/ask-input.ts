import type { AskRequest, ConflictPolicy, GenerationOptions } from '../runs/runs.ts'
import { type DocumentFilterInput, parseFilter } from './filter-input.ts'
import { requireRowId } from './global-id.ts'
import { limits } from './limits.ts'
import { requireRange } from './range-input.ts'
import { requireCollectionName, requireProse, requireText } from './text-input.ts'

/** What is absent is left to the server. */
type GenerationInput = { readonly [K in keyof GenerationOptions]?: GenerationOptions[K] | undefined }

export interface AskQuestionInput {
  readonly question: string
  readonly collection: string
  readonly conversationId?: string | null | undefined
  readonly topK: number
  readonly filter?: DocumentFilterInput | null | undefined
  readonly requestId?: string | null | undefined
  readonly onConflict: ConflictPolicy
  readonly generation?: GenerationInput | null | undefined
}

/** `at` is what stands before the fields' names in errors: `ask.` inside of chatStream. */
export function parseAsk(input: AskQuestionInput, at = ''): AskRequest {
  const { conversationId, requestId } = input
  return {
    question: requireProse(`${at}question`, input.question, limits.questionCharacters),
    collection: requireCollectionName(`${at}collection`, input.collection),
    conversationId:
      typeof conversationId === 'string'
        ? requireRowId(`${at}conversationId`, 'Conversation', conversationId)
        : null,
    topK: requireRange(`${at}topK`, input.topK, 1, limits.topK),
    filter: parseFilter(`${at}filter`, input.filter),
    requestId:
      typeof requestId === 'string'
        ? requireText(`${at}requestId`, requestId, { min: 1, max: limits.requestIdCharacters })
        : null,
    onConflict: input.onConflict,
    generation: input.generation
      ? {
          model: input.generation.model ?? null,
          maxTokens: input.generation.maxTokens ?? null,
          temperature: input.generation.temperature ?? null,
        }
      : null,
  }
}
