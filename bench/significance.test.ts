import { expect, test } from 'vitest'
import { bootstrapInterval, comparePaired, randomizationTest } from './significance.ts'
import { seededRandom } from './support/seeded-random.ts'

test('few pairs are swapped in every way there is', () => {
  // Sums of ±3 ±2 ±1: 6 4 2 0 0 −2 −4 −6. As far as 6: two of eight. As far as 4, of 3 + 2 − 1: four.
  expect(randomizationTest([3, 2, 1], 100, 1)).toBe(2 / 8)
  expect(randomizationTest([3, 2, -1], 100, 1)).toBe(4 / 8)
  expect(randomizationTest([-3, -2, -1], 100, 1)).toBe(2 / 8)
})

test('ten wins of ten have 2 of 2^10 ways', () => {
  expect(randomizationTest(new Array(10).fill(0.1), 100, 1)).toBe(2 / 1024)
})

test('queries on which both score the same change nothing', () => {
  expect(randomizationTest([3, 0, 2, 0, 1], 100, 1)).toBe(2 / 8)
})

test('a run against itself differs in nothing, with certainty', () => {
  const scores = Array.from({ length: 300 }, (_, index) => (index % 7) / 7)
  expect(comparePaired(scores, scores)).toEqual({
    queries: 300,
    difference: 0,
    interval: [0, 0],
    p: 1,
    wins: 0,
    ties: 300,
    losses: 0,
  })
})

test('drawn swaps agree with a case that is known exactly', () => {
  // Sixteen equal differences, twelve wins: as far as 8 are at least 12 or at most 4 heads of 16,
  // 2 × (1820 + 560 + 120 + 16 + 1) ÷ 65536 = 0.076813.
  const differences = Array.from({ length: 16 }, (_, index) => (index < 12 ? 1 : -1))
  expect(randomizationTest(differences, 100_000, 7)).toBeCloseTo(0.076813, 2)
})

test('a difference that no swap reaches has the smallest p that the rounds can tell, not 0', () => {
  expect(randomizationTest(new Array(500).fill(0.2), 999, 1)).toBe(1 / 1_000)
})

test('p is uniform where there is no difference', () => {
  const random = seededRandom(99)
  const ps = Array.from({ length: 400 }, (_, seed) => {
    const differences = Array.from({ length: 40 }, () => (random() - random()) / 2 ** 32)
    return randomizationTest(differences, 400, seed)
  }).sort((a, b) => a - b)
  // Kolmogorov and Smirnov's distance from the uniform distribution; 1.36 ÷ √400 is its 95 % point.
  const distance = Math.max(...ps.map((p, index) => Math.abs(p - (index + 0.5) / ps.length)))
  expect(distance).toBeLessThan(1.36 / Math.sqrt(400))
})

test('p and the interval are the same on every run with one seed, and not with another', () => {
  const random = seededRandom(3)
  const scores = () => Array.from({ length: 60 }, () => random() / 2 ** 32)
  const [one, other] = [scores(), scores()]
  expect(comparePaired(one, other, { rounds: 500, seed: 5 })).toEqual(
    comparePaired(one, other, { rounds: 500, seed: 5 }),
  )
  expect(comparePaired(one, other, { rounds: 500, seed: 5 }).interval).not.toEqual(
    comparePaired(one, other, { rounds: 500, seed: 6 }).interval,
  )
})

test('the interval is that of the mean: of 0s and 1s, half each, ±1.96 × 0.5 ÷ √n', () => {
  const differences = Array.from({ length: 400 }, (_, index) => index % 2)
  const [low, high] = bootstrapInterval(differences, 20_000, 1)
  expect(low).toBeCloseTo(0.5 - 0.049, 2)
  expect(high).toBeCloseTo(0.5 + 0.049, 2)
})

test('wins, ties and losses are the candidate’s', () => {
  expect(comparePaired([0.5, 0.5, 0.5, 0.5], [1, 0.5, 0, 0.75])).toMatchObject({
    wins: 2,
    ties: 1,
    losses: 1,
    difference: 0.0625,
  })
})

test('scores that are no pairs are refused', () => {
  expect(() => comparePaired([1], [1, 2])).toThrow(RangeError)
  expect(() => comparePaired([], [])).toThrow(RangeError)
})
