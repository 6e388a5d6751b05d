import { BadUserInputError } from '../errors.ts'
import { limits } from './limits.ts'

/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** @throws BadUserInputError where the text is shorter, longer or cannot be stored */
export function requireText(field: string, text: string, range: { min: number; max: number }): string {
  if (text.length < range.min || text.length > range.max) {
    const allowed = range.min > 0 ? `${range.min} to ${range.max}` : `at most ${range.max}`
    throw new BadUserInputError(field, `must have ${allowed} characters`, { details: { limit: range.max } })
  }
  if (!isStorable(text)) {
    throw new BadUserInputError(field, 'must not contain U+0000 or half of a surrogate pair')
  }
  return text
}

/** A text with something in it to read: a question, a query. */
export function requireProse(field: string, text: string, max: number): string {
  requireText(field, text, { min: 1, max })
  if (text.trim() === '') throw new BadUserInputError(field, 'must not be blank')
  return text
}

export function requireCollectionName(field: string, name: string): string {
  if (limits.collectionName.test(name)) return name
  throw new BadUserInputError(field, "must be 1 to 63 lower-case letters, digits, '-' and '_'", {
    details: { limit: 63 },
  })
}
