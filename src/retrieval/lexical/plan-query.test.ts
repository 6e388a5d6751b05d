import { expect, test } from 'vitest'
import { inverseDocumentFrequency } from './bm25.ts'
import { candidateBudget, planQuery, queryTerms } from './plan-query.ts'

const statistics = (chunks: number, frequencies: Record<number, number>) => ({
  chunks,
  frequencies: new Map(Object.entries(frequencies).map(([id, chunks]) => [Number(id), chunks])),
})

test('a query has each of its terms once', () => {
  const terms = queryTerms('a collection', 'The tower, the towers and a bridge')
  expect(terms.size).toBe(queryTerms('a collection', 'bridge and the a tower').size)
  expect([...queryTerms('another collection', 'tower')]).not.toEqual([...queryTerms('a collection', 'tower')])
})

test('nothing is planned where no passage has a term', () => {
  expect(planQuery([1, 2], statistics(10, {}))).toBeNull()
  expect(planQuery([1], statistics(10, { 1: 0 }))).toBeNull()
  expect(planQuery([], statistics(10, { 1: 1 }))).toBeNull()
})

test('the rarest terms come first, as many as the budget allows, and all are weighed', () => {
  const plan = planQuery(
    [1, 2, 3, 4],
    statistics(100_000, { 1: candidateBudget, 2: 10, 3: 90_000, 4: candidateBudget - 10 }),
  )
  expect(plan).toMatchObject({ candidateTerms: [2, 4], allTerms: [2, 4, 1, 3], partial: true })
  expect(plan?.weights).toMatch(/^\{1:[\d.]+,2:[\d.]+,3:[\d.]+,4:[\d.]+\}\//)
})

test('a single term is searched whatever it costs', () => {
  expect(planQuery([1], statistics(1_000_000, { 1: 900_000 }))).toMatchObject({
    candidateTerms: [1],
    partial: false,
  })
})

test('no sum of weights exceeds the upper bound', () => {
  const plan = planQuery([1, 2], statistics(100, { 1: 3, 2: 50 }))
  const most = (inverseDocumentFrequency(100, 3) + inverseDocumentFrequency(100, 50)) * 1.9
  expect(plan?.upperBound).toBeCloseTo(most)
})
