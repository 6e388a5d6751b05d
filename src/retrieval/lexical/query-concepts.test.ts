import { expect, test } from 'vitest'
import { queryConcepts } from './query-concepts.ts'

const weightsIn = (language: string | null, query: string) =>
  new Map(
    queryConcepts(query, [{ language, chunks: 10 }]).map(({ variants, weight }) => [
      variants[0]?.term,
      weight,
    ]),
  )

test('words that questions are put with weigh little, in a language that is not known to be another, too', () => {
  for (const language of ['en', null]) {
    const weights = weightsIn(language, 'How do I test an application?')
    for (const word of ['how', 'do', 'i', 'an']) expect(weights.get(word)).toBeLessThan(0.5)
    expect(weights.get('test')).toBe(1)
  }
  expect(weightsIn('de', 'Warum fahren wir?').get('warum')).toBeLessThan(0.5)
})

test('the words of one language are words like others in another', () => {
  expect(weightsIn('de', 'do').get('do')).toBe(1)
})
