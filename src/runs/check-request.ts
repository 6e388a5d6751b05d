import { BadUserInputError } from '../errors.ts'
import { firstIllFormed } from '../lib/unicode.ts'
import type { AskRequest } from './runs.ts'

const longestQuestion = 8_000
const longestRequestId = 200
const largestTopK = 100

/** @throws BadUserInputError where the contract does not allow it, or PostgreSQL could not store it */
export function checkRequest({ question, requestId, topK, collection }: AskRequest): void {
  if (question.trim() === '') throw new BadUserInputError('question', 'must not be empty')
  if (question.length > longestQuestion) {
    throw new BadUserInputError('question', `must be at most ${longestQuestion} characters`)
  }
  if (!(Number.isInteger(topK) && topK >= 1 && topK <= largestTopK)) {
    throw new BadUserInputError('topK', `must be from 1 to ${largestTopK}`)
  }
  if (requestId !== null && (requestId === '' || requestId.length > longestRequestId)) {
    throw new BadUserInputError('requestId', `must be from 1 to ${longestRequestId} characters`)
  }
  for (const [field, text] of Object.entries({ question, requestId, collection })) {
    const bad = firstIllFormed(text ?? '')
    if (bad) throw new BadUserInputError(field, `must not contain a ${bad}`)
  }
}
