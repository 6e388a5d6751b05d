import { expect, test } from 'vitest'
import { answerText } from './answer-text.ts'
import type { ChatEvent } from './chat-events.ts'

const event = (value: object) => value as ChatEvent

test('deltas add up, and a reset withdraws them', () => {
  const events = [
    event({ __typename: 'RunStarted' }),
    event({ __typename: 'AnswerDelta', text: 'A guess' }),
    event({ __typename: 'AnswerReset', reason: 'a claim without support' }),
    event({ __typename: 'AnswerDelta', text: 'What the ' }),
    event({ __typename: 'AnswerDelta', text: 'documents say [1].' }),
  ]
  expect(events.reduce(answerText, '')).toBe('What the documents say [1].')
})

test('the end brings the text that was stored', () => {
  expect(answerText('so far', event({ __typename: 'RunCompleted', run: { answer: { text: 'all' } } }))).toBe(
    'all',
  )
  expect(answerText('so far', event({ __typename: 'RunFailed' }))).toBe('so far')
})
