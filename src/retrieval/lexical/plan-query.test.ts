import { expect, test } from 'vitest'
import { documentWeight, inverseDocumentFrequency } from './bm25.ts'
import { planQuery, queryTerms } from './plan-query.ts'

const plan = (frequencies: Record<number, number>, chunks: number) => {
  const terms = Object.keys(frequencies).map(Number)
  const known = new Map(terms.map((term) => [term, frequencies[term] ?? 0]))
  const planned = planQuery(terms, { chunks, frequencies: known })
  if (!planned) throw new Error('Nothing was planned')
  return planned
}

test('common words are not decisive, and a passage of nothing else stays below the bound of the rest', () => {
  const planned = plan({ 1: 3, 2: 990, 3: 40, 4: 950 }, 1_000)
  expect(planned.candidateTerms).toEqual([1, 3, 4, 2])
  expect(planned.decisiveTerms).toEqual([1, 3])
  // The highest that BM25 gives: repeated without end in the shortest of passages.
  const most = [990, 950].map((df) => inverseDocumentFrequency(1_000, df) * documentWeight(1e9, 1, 100))
  expect(planned.restBound).toBeGreaterThanOrEqual((most[0] ?? 0) + (most[1] ?? 0))
  expect(planned.restBound).toBeLessThan(0.1 * planned.upperBound)
})

test('of words that are equally common all are decisive, and so is the only word', () => {
  expect(plan({ 1: 500, 2: 500, 3: 500 }, 1_000).decisiveTerms).toHaveLength(3)
  expect(plan({ 1: 1_000 }, 1_000)).toMatchObject({ decisiveTerms: [1], restBound: 0, partial: false })
})

test('the budget keeps terms out that are too common, however decisive', () => {
  const planned = plan({ 1: 4_000, 2: 4_100 }, 100_000)
  expect(planned).toMatchObject({ candidateTerms: [1], decisiveTerms: [1], partial: true, allTerms: [1, 2] })
})

test('a query has each of its terms once', () => {
  const terms = queryTerms('a collection', 'The tower, the towers and a bridge')
  expect(terms.size).toBe(queryTerms('a collection', 'bridge and the a tower').size)
  expect([...queryTerms('another collection', 'tower')]).not.toEqual([...queryTerms('a collection', 'tower')])
})

test('nothing is planned where no passage has a term', () => {
  const without = (...counts: [number, number][]) =>
    planQuery([1, 2], { chunks: 9, frequencies: new Map(counts) })
  expect(without()).toBeNull()
  expect(without([1, 0])).toBeNull()
  expect(without([3, 1])).toBeNull()
})

test('a single term is searched whatever it costs', () => {
  expect(plan({ 1: 900_000 }, 1_000_000)).toMatchObject({
    candidateTerms: [1],
    decisiveTerms: [1],
    partial: false,
  })
})
