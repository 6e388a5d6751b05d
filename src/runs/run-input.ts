import type { AskRequest } from './runs.ts'

export type RunInput = Pick<AskRequest, 'collection' | 'topK' | 'filter'>

/** For the column `run.input`. */
export function storeInput({ collection, topK, filter }: AskRequest): string {
  return JSON.stringify({ collection, topK, filter } satisfies RunInput)
}

/** Only storeInput writes it. JSON knows no dates. */
export function readInput(stored: unknown): RunInput {
  const { collection, topK, filter } = stored as RunInput
  if (!filter) return { collection, topK, filter: null }
  const { createdAfter, createdBefore, ...rest } = filter
  return {
    collection,
    topK,
    filter: {
      ...rest,
      ...(createdAfter && { createdAfter: new Date(createdAfter) }),
      ...(createdBefore && { createdBefore: new Date(createdBefore) }),
    },
  }
}
