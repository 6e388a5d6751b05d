import { expect, test } from 'vitest'
import { trackNearest } from './support/nearest.ts'
import { queryNumber, vectorMixture } from './support/vector-mixture.ts'

test('the nearest are those that a sort by all similarities puts first', () => {
  const vectors = vectorMixture(500, 16)
  const made = (number: number) => {
    const vector = new Float32Array(16)
    vectors.write(number, vector)
    return vector
  }
  const query = made(queryNumber(0))
  const rows = Array.from({ length: 500 }, (_, number) => made(number))
  const tracker = trackNearest([query], 10)
  for (const [number, row] of rows.entries()) tracker.see(number, row)

  const similarity = (row: Float32Array) => row.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0)
  const sorted = rows.map((row, number) => ({ number, similarity: similarity(row) }))
  sorted.sort((one, other) => other.similarity - one.similarity)
  expect(tracker.results()).toEqual([sorted.slice(0, 10).map(({ number }) => number)])
})

test('a vector of a mixture is the same each time, has length 1, and has neighbours', () => {
  const vectors = vectorMixture(2_000, 64)
  const [one, again] = [new Float32Array(64), new Float32Array(64)]
  vectors.write(7, one)
  vectors.write(8, again)
  expect(again).not.toEqual(one)
  vectors.write(7, again)
  expect(again).toEqual(one)
  expect(one.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
})
