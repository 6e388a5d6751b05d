import { expect, test } from 'vitest'
import { withPrevious } from './condense.ts'

const history = [
  { role: 'user' as const, content: 'How tall is the tower?' },
  { role: 'assistant' as const, content: '300 metres [1].' },
]

test.each([
  'And its weight in tonnes, please?',
  'Why?',
  'In which year was it finished by the builders?',
  'Wie heißt der Architekt, der sie gebaut hat?',
  'И кто построил башню в этом городе тогда?',
])('%s leans on the question before', (question) => {
  expect(withPrevious(question, history)).toBe(`How tall is the tower? ${question}`)
})

test('a question that stands alone is searched for alone', () => {
  const question = 'Which river flows through Paris into the sea?'
  expect(withPrevious(question, history)).toBe(question)
  expect(withPrevious('Why?', [])).toBe('Why?')
})
