import { expect, test } from 'vitest'
import { estimateTokens } from '../../lib/estimate-tokens.ts'
import { chooseHistory, countWithin, historyBudget } from './history.ts'

const exchange = (number: number, words: number) => ({
  id: String(number),
  question: `Question ${number}?`,
  answer: `Answer ${number}${' word'.repeat(words)}.`,
})
/** Newest first. */
const exchanges = (count: number, words: number) =>
  Array.from({ length: count }, (_, index) => exchange(count - index, words))
const tokensOf = (turns: readonly { content: string }[]) =>
  turns.reduce((sum, { content }) => sum + estimateTokens(content), 0)

test('as many of the newest exchanges are told as the budget holds, oldest first and without a gap', () => {
  const { turns, summary } = chooseHistory(exchanges(40, 50), null)
  expect(turns.at(-1)?.content).toMatch(/^Answer 40/)
  expect(turns.map(({ role }) => role).slice(0, 2)).toEqual(['user', 'assistant'])
  const asked = turns.filter(({ role }) => role === 'user').map(({ content }) => content)
  expect(asked).toEqual(asked.map((_, index) => `Question ${41 - asked.length + index}?`))
  const tokens = tokensOf(turns)
  expect(tokens).toBeLessThanOrEqual(historyBudget.turns)
  expect(tokens).toBeGreaterThan(historyBudget.turns * 0.8)
  expect(summary).toEqual([])
})

test.each(['長', 'я', '🙂', 'word '])(
  'a turn of thousands of %s is cut, and the newest is always told',
  (text) => {
    const long = { id: '2', question: text.repeat(5_000), answer: text.repeat(5_000) }
    const { turns } = chooseHistory([long, exchange(1, 1)], null)
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    for (const { content } of turns.slice(2)) {
      expect(content.isWellFormed()).toBe(true)
      expect(content.endsWith('…')).toBe(true)
      expect(estimateTokens(content.slice(0, -1))).toBeLessThanOrEqual(historyBudget.turn)
    }
  },
)

test('what is told of the others comes first, and only where there are others', () => {
  const { summary } = chooseHistory(exchanges(40, 50), 'They spoke of towers.')
  expect(summary.map(({ role }) => role)).toEqual(['user', 'assistant'])
  expect(summary[1]?.content).toBe('They spoke of towers.')
  expect(chooseHistory(exchanges(2, 5), 'They spoke of towers.').summary).toEqual([])
})

test('an answer that is gone leaves its question', () => {
  const { turns } = chooseHistory([exchange(2, 1), { id: '1', question: 'Old?', answer: null }], null)
  expect(turns.map(({ content }) => content)).toEqual(['Old?', 'Question 2?', 'Answer 2 word.'])
})

test('all exchanges are within a budget that holds them', () => {
  expect(countWithin(exchanges(5, 1), 1_000)).toBe(5)
  expect(countWithin([], 0)).toBe(0)
})
