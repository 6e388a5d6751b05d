import type { AskRequest } from './runs.ts'

export type RunInput = Pick<AskRequest, 'collection' | 'topK' | 'filter' | 'generation'>

/** For the column `run.input`. */
export function storeInput({ collection, topK, filter, generation }: AskRequest): string {
  return JSON.stringify({ collection, topK, filter, ...(generation && { generation }) } satisfies RunInput)
}

/** Only storeInput writes it. JSON knows no dates. */
export function readInput(stored: unknown): RunInput {
  const { collection, topK, filter, generation = null } = stored as RunInput
  if (!filter) return { collection, topK, filter: null, generation }
  const { createdAfter, createdBefore, ...rest } = filter
  return {
    collection,
    topK,
    generation,
    filter: {
      ...rest,
      ...(createdAfter && { createdAfter: new Date(createdAfter) }),
      ...(createdBefore && { createdBefore: new Date(createdBefore) }),
    },
  }
}
