import { BadUserInputError } from '../errors.ts'
import { limits } from './limits.ts'
import { isStorable } from './text-input.ts'

/** A value that is compared with metadata has metadata's limits. @throws BadUserInputError naming them */
export function requireJson(field: string, value: unknown): unknown {
  if (isDeeper(value, limits.metadataDepth)) {
    throw new BadUserInputError(field, `must be at most ${limits.metadataDepth} levels deep`, {
      details: { limit: limits.metadataDepth },
    })
  }
  const text = JSON.stringify(value)
  if (Buffer.byteLength(text) > limits.metadataBytes) {
    throw new BadUserInputError(field, `must be at most ${limits.metadataBytes} bytes serialised`, {
      details: { limit: limits.metadataBytes },
    })
  }
  if (!isStorableJson(value)) {
    throw new BadUserInputError(field, 'must not contain U+0000 or half of a surrogate pair')
  }
  return value
}

/** Looks no further than the limit: what a client nests may be deeper than our stack. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1))
}

function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item))
}
