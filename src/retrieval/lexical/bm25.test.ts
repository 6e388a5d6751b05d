import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  B,
  documentWeight,
  inverseDocumentFrequency,
  K1,
  MOST_ENTRIES,
  sparsevecLiteral,
  termFrequencies,
} from './bm25.ts'

test('term frequencies count by id', () => {
  const id = (term: string) => term.length
  expect([...termFrequencies(['a', 'bb', 'c', 'a'], id)]).toEqual([
    [1, 3],
    [2, 1],
  ])
})

describe('weights', () => {
  test('a document of average length weighs a single term 1', () => {
    expect(documentWeight(1, 100, 100)).toBeCloseTo(1)
  })

  test('follow the formula', () => {
    expect(documentWeight(3, 200, 100)).toBeCloseTo((3 * (K1 + 1)) / (3 + K1 * (1 - B + B * 2)), 12)
    expect(inverseDocumentFrequency(1000, 10)).toBeCloseTo(Math.log(1 + 990.5 / 10.5), 12)
  })

  test('grow with frequency, shrink with length, and stay below k1 + 1', () => {
    const count = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(count, count, count, (tf, length, average) => {
        const weight = documentWeight(tf, length, average)
        expect(weight).toBeGreaterThan(0)
        expect(weight).toBeLessThan(K1 + 1)
        expect(documentWeight(tf + 1, length, average)).toBeGreaterThan(weight)
        expect(documentWeight(tf, length + 1, average)).toBeLessThan(weight)
      }),
    )
  })

  test('are finite and positive where the counts are 0 or have run ahead of each other', () => {
    expect(documentWeight(1, 5, 0)).toBeCloseTo(1)
    expect(inverseDocumentFrequency(0, 0)).toBeGreaterThan(0)
    expect(inverseDocumentFrequency(10, 12)).toBeGreaterThan(0)
  })
})

describe('a sparsevec literal', () => {
  test('has ids ascending and no zeros', () => {
    expect(
      sparsevecLiteral([
        [7, 0.5],
        [2, 1 / 3],
        [1_000_000_000, 1.25],
        [5, 0],
      ]),
    ).toBe('{2:0.3333333,7:0.5,1000000000:1.25}/1000000000')
  })

  test('of nothing is the zero vector', () => {
    expect(sparsevecLiteral([])).toBe('{}/1000000000')
  })

  test('keeps the heaviest of too many', () => {
    const many = Array.from(
      { length: MOST_ENTRIES + 5 },
      (_, index) => [index + 1, index < 5 ? 0.1 : 1] as const,
    )
    const literal = sparsevecLiteral(many)
    expect(literal.startsWith('{6:1,7:1,')).toBe(true)
    expect(literal.split(',')).toHaveLength(MOST_ENTRIES)
  })
})
