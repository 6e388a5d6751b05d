import { expect, it } from 'vitest'
import { readInput, storeInput } from './run-input.ts'
import type { AskRequest } from './runs.ts'

const request: AskRequest = {
  question: 'How tall?',
  collection: 'default',
  conversationId: null,
  topK: 3,
  filter: { createdAfter: new Date(5) },
  requestId: null,
  onConflict: 'REJECT',
  generation: { model: 'small', maxTokens: 9, temperature: 0 },
}

it('keeps for a resume what was asked for', () => {
  const { collection, topK, filter, generation } = request
  expect(readInput(JSON.parse(storeInput(request)))).toEqual({ collection, topK, filter, generation })
})

it('reads what a version without generation options stored', () => {
  const stored = { collection: 'default', topK: 3, filter: null }
  expect(readInput(stored)).toEqual({ ...stored, generation: null })
})
