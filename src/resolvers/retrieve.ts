import type { Retrieval, RetrievalMode } from '../retrieval/retrieval.ts'
import type { Context } from './context.ts'
import { type DocumentFilterInput, parseFilter } from './filter-input.ts'
import { requireLanguage } from './language-input.ts'
import { limits } from './limits.ts'
import { requireRange } from './range-input.ts'
import { requireCollectionName, requireProse } from './text-input.ts'

export interface RetrieveArgs {
  readonly input: {
    readonly query: string
    readonly collection: string
    readonly topK: number
    readonly mode: RetrievalMode
    readonly filter?: DocumentFilterInput | null | undefined
    readonly minScore?: number | null | undefined
    readonly language?: string | null | undefined
  }
}

export async function retrieve(
  { input }: RetrieveArgs,
  { caller, services, signal }: Context,
): Promise<Retrieval> {
  const request = {
    query: requireProse('query', input.query, limits.queryCharacters),
    collection: requireCollectionName('collection', input.collection),
    topK: requireRange('topK', input.topK, 1, limits.topK),
    mode: input.mode,
    filter: parseFilter('filter', input.filter),
    minScore: typeof input.minScore === 'number' ? requireRange('minScore', input.minScore, 0, 1) : null,
    language: requireLanguage('language', input.language),
  }
  return services.retriever.retrieve(caller, request, signal)
}
