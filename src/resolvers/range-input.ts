import { BadUserInputError } from '../errors.ts'

/** @throws BadUserInputError naming the field and its range */
export function requireRange(field: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value
  throw new BadUserInputError(field, `must be ${min} to ${max}`, { details: { limit: max } })
}

/** @throws BadUserInputError naming the list and how many items it may have */
export function requireCount<T>(field: string, items: readonly T[], min: number, max: number): readonly T[] {
  if (items.length >= min && items.length <= max) return items
  const allowed = min > 0 ? `${min} to ${max}` : `at most ${max}`
  throw new BadUserInputError(field, `must have ${allowed} items`, { details: { limit: max } })
}
