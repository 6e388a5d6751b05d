import { BadUserInputError } from '../errors.ts'
import { limits } from './limits.ts'
import { requireRange } from './range-input.ts'

/** Relay's arguments, of every connection. */
export interface PageArgs {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

/** @throws BadUserInputError where a size is out of range, or both are given */
export function parsePageSize({ first, last }: PageArgs): { size: number; backward: boolean } {
  if (typeof first === 'number' && typeof last === 'number') {
    throw new BadUserInputError('last', 'must not be given together with first')
  }
  if (typeof last === 'number') {
    return { size: requireRange('last', last, 1, limits.pageSize), backward: true }
  }
  const size = first ?? limits.defaultPageSize
  return { size: requireRange('first', size, 1, limits.pageSize), backward: false }
}
