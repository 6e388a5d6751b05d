import { expect, test } from 'vitest'
import { estimateTokens } from './estimate-tokens.ts'

// At the right what tokenizers of 32,000 to 200,000 entries make of it at the most.
test.each([
  ['', 0, 0],
  ['The tower was finished in March 1889 and is 300 metres tall.', 17, 30],
  ['Donaudampfschifffahrtsgesellschaft', 9, 14],
  ['0123456789', 10, 12],
  ['塔の高さは300メートルです。', 15, 30],
  ['Башня высотой триста метров', 12, 30],
  ['👍🏽', 4, 6],
  ['const a = { b: [1, 2] }', 12, 20],
])('%s is at least what tokenizers make of it, and not many times that', (text, least, most) => {
  expect(estimateTokens(text)).toBeGreaterThanOrEqual(least)
  expect(estimateTokens(text)).toBeLessThanOrEqual(most)
})

test('a longer text is no fewer tokens', () => {
  let last = 0
  for (let end = 0; end < 40; end++) {
    const now = estimateTokens('Ein Satz, 12 Wörter 🙂 und 漢字 beside.'.slice(0, end))
    expect(now).toBeGreaterThanOrEqual(last)
    last = now
  }
})
