import { expect, test } from 'vitest'
import { wordsFound } from './support/words-found.ts'

test('words are counted as often as both have them, whatever their case and form', () => {
  expect(wordsFound('The ﬁrst word, the last', 'the first, THE word the')).toEqual({ found: 4, all: 5 })
})

test('a text without the words has none of them', () => {
  expect(wordsFound('', 'one two')).toEqual({ found: 0, all: 2 })
})
