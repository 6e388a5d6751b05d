import { expect, test } from 'vitest'
import { documentRanking, mean, ndcg, recall, reciprocalRank } from './metrics.ts'

const judgements = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 1],
  ['d', 0],
  ['e', -1],
])

test('nDCG takes the judgement as the gain and discounts it by log2(rank + 1)', () => {
  // DCG: 2/log2(2) + 0 + 3/log2(4) = 2 + 1.5. Ideal: 3/1 + 2/1.584963 + 1/2 = 4.761860.
  expect(ndcg(['b', 'x', 'a'], judgements, 10)).toBeCloseTo(3.5 / 4.76186, 5)
  expect(ndcg(['a', 'b', 'c'], judgements, 10)).toBe(1)
})

test('nDCG at k cuts the ranking and the ideal order alike', () => {
  // DCG@2: 2 + 0. Ideal@2: 3 + 1.261860.
  expect(ndcg(['b', 'x', 'a'], judgements, 2)).toBeCloseTo(2 / 4.26186, 5)
  expect(ndcg(['x', 'y', 'a'], judgements, 2)).toBe(0)
})

test('what was judged as not relevant, or not judged, gains nothing', () => {
  expect(ndcg(['d', 'e', 'x'], judgements, 10)).toBe(0)
  expect(reciprocalRank(['d', 'e', 'c'], judgements, 10)).toBeCloseTo(1 / 3, 10)
  expect(recall(['d', 'e', 'a'], judgements, 10)).toBeCloseTo(1 / 3, 10)
})

test('the reciprocal rank is that of the first relevant document, within the cut', () => {
  expect(reciprocalRank(['x', 'c', 'a'], judgements, 10)).toBe(0.5)
  expect(reciprocalRank(['x', 'y', 'a'], judgements, 2)).toBe(0)
})

test('recall is over all relevant documents, however few the cut lets in', () => {
  expect(recall(['a', 'x', 'b', 'c'], judgements, 2)).toBeCloseTo(1 / 3, 10)
  expect(recall(['a', 'x', 'b', 'c'], judgements, 10)).toBe(1)
})

test('a query without a relevant document scores 0 instead of NaN', () => {
  const none = new Map([['a', 0]])
  expect([ndcg(['a'], none, 10), recall(['a'], none, 10), reciprocalRank(['a'], none, 10)]).toEqual([0, 0, 0])
  expect(mean([])).toBe(0)
})

test('a document ranks where its best passage does', () => {
  expect(documentRanking(['b', 'a', 'b', 'c', 'a'])).toEqual(['b', 'a', 'c'])
})
