import { BadUserInputError } from '../errors.ts'
import type { ChunkOptions } from '../ingestion/chunk/limits.ts'
import { limits } from './limits.ts'

export interface ChunkingInput {
  readonly targetTokens?: number | null | undefined
  readonly maxTokens?: number | null | undefined
  readonly overlapTokens?: number | null | undefined
}

/** What is left out, or null, is left to the default or as it is. How they fit together is the domain's to say. */
export function parseChunking(field: string, input: ChunkingInput | null | undefined): ChunkOptions {
  const { targetTokens, maxTokens, overlapTokens } = input ?? {}
  return {
    ...within(`${field}.targetTokens`, 'targetTokens', targetTokens),
    ...within(`${field}.maxTokens`, 'maxTokens', maxTokens),
    ...within(`${field}.overlapTokens`, 'overlapTokens', overlapTokens),
  }
}

function within<K extends keyof typeof limits.chunkTokens>(
  field: string,
  key: K,
  value: number | null | undefined,
): { [_ in K]?: number } {
  if (value === null || value === undefined) return {}
  const [least, most] = limits.chunkTokens[key]
  if (value < least || value > most) {
    throw new BadUserInputError(field, `must be from ${least} to ${most}`, { details: { limit: most } })
  }
  return { [key]: value } as { [_ in K]?: number }
}
