import { describe, expect, test } from 'vitest'
import { overlap, rankBiasedOverlap } from './rank-agreement.ts'

const list = (text: string) => [...text]

describe('the agreement of two rankings', () => {
  test.each([
    ['', '', 1, 1],
    ['abc', 'abc', 1, 1],
    ['abc', '', 0, 0],
    ['abc', 'def', 0, 0],
    // Agreement 0, 1, 1 of three: 0.1 / 0.9 · (0.81 + 0.729) + 0.729.
    ['abc', 'bac', 1, 0.9],
    // Agreement 1, 1/2, 1/3: 0.1 / 0.9 · (0.9 + 0.405 + 0.243) + 0.243.
    ['abc', 'ade', 1 / 3, 0.415],
  ])('of %j and %j', (one, other, share, biased) => {
    expect(overlap(list(one), list(other))).toBeCloseTo(share, 9)
    expect(rankBiasedOverlap(list(one), list(other))).toBeCloseTo(biased, 9)
    expect(rankBiasedOverlap(list(other), list(one))).toBeCloseTo(biased, 9)
  })

  test('of a list and its beginning is whole: what is not seen is taken to go on as what is', () => {
    expect(rankBiasedOverlap(list('ab'), list('abcdefghij'))).toBeCloseTo(1, 9)
    expect(overlap(list('ab'), list('abcdefghij'))).toBeCloseTo(0.2, 9)
  })
})
