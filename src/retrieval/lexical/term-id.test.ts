import { expect, test } from 'vitest'
import { TERM_DIMENSIONS, termIds } from './term-id.ts'

const COLLECTION = '0198c1f0-7d2a-7000-8000-000000000001'

// Ids are on disk: a change here would lose every index that exists.
test.each([
  ['oil', 655_023_165],
  ['crisi', 928_291_072],
  ['東京', 74_221_299],
  ['книг', 709_636_499],
  ['v1.2.3', 860_746_298],
])('%s keeps its id for ever', (term, id) => {
  expect(termIds(COLLECTION)(term)).toBe(id)
})

test('ids are integers in the range of a sparsevec and spread over it', () => {
  const id = termIds(COLLECTION)
  const ids = Array.from({ length: 20_000 }, (_, index) => id(`term${index}`))
  for (const each of ids) {
    expect(Number.isInteger(each) && each >= 1 && each <= TERM_DIMENSIONS).toBe(true)
  }
  expect(new Set(ids).size).toBeGreaterThan(19_990)
  const upperHalf = ids.filter((each) => each > TERM_DIMENSIONS / 2).length
  expect(upperHalf / ids.length).toBeGreaterThan(0.45)
  expect(upperHalf / ids.length).toBeLessThan(0.55)
})

test('a term has another id in another collection', () => {
  const other = termIds('0198c1f0-7d2a-7000-8000-000000000002')
  const same = Array.from({ length: 1_000 }, (_, index) => `term${index}`).filter(
    (term) => other(term) === termIds(COLLECTION)(term),
  )
  expect(same).toEqual([])
})
