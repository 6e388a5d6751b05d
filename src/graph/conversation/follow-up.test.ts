import { expect, test } from 'vitest'
import { withPrevious, wordsBefore } from './follow-up.ts'

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

test('the words of newer turns count more, and those of what was refused not at all', () => {
  const turn = (role: 'user' | 'assistant', content: string) => ({ role, content })
  const words = wordsBefore('Why?', [
    ...history.flatMap((each) => [each, each]),
    turn('user', 'Who built it?'),
    turn('assistant', 'Gustave Eiffel [1][2].'),
    turn('user', 'What did it cost?'),
    turn('assistant', 'The passages do not say what it cost.'),
  ])
  expect(words.map(({ text, weight }) => [text.replace(/\s+/g, ' '), weight])).toEqual([
    ['What did it cost?', 0.4],
    ['Gustave Eiffel .', 0.075],
    ['Who built it?', 0.2],
    ['300 metres .', 0.0375],
    ['How tall is the tower?', 0.1],
  ])
  expect(wordsBefore('Why?', [])).toEqual([])
  const alone = wordsBefore('Which river flows through Paris into the sea?', history)
  expect(alone.map(({ weight }) => weight)).toEqual([0.075, 0.2])
})
