import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assumedAverageLength, passageWeights, passageWords } from './passage-words.ts'
import { TermCounts } from './term-counts.ts'
import { termIdsLiteral, weightsLiteral, wordBlock } from './word-block.ts'

const collection = '01900000-0000-7000-8000-000000000001'

const word = fc.oneof(fc.constantFrom('lamp', 'getUser', '灯台守', '1,000', 'naïve', '!'), fc.string())
const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '))
const passages = fc.array(
  fc.record({
    title: text,
    headings: fc.array(text, { maxLength: 3 }),
    text,
    language: fc.constantFrom(null, 'en', 'de', 'ja'),
  }),
  { maxLength: 12 },
)

describe('the words of a document, kept small', () => {
  test('give the literals that those of each passage give', () => {
    fc.assert(
      fc.property(passages, fc.double({ min: 1, max: 500, noNaN: true }), (given, average) => {
        const block = wordBlock(collection, given)
        for (const [index, passage] of given.entries()) {
          const words = passageWords(collection, passage)
          const ids = [...words.frequencies.keys()].sort((a, b) => a - b)
          expect(termIdsLiteral(block, index)).toBe(`{${ids.join(',')}}`)
          expect(weightsLiteral(block, index, average)).toBe(passageWeights(words, average))
          expect(block.lengths[index]).toBe(words.length)
        }
      }),
    )
  })

  test('give them for a term that stands in a passage more often than 16 bits count', () => {
    const passage = { title: 'a', headings: [], text: 'lamp '.repeat(70_000), language: null }
    const block = wordBlock(collection, [passage])
    expect(weightsLiteral(block, 0, assumedAverageLength)).toBe(
      passageWeights(passageWords(collection, passage), assumedAverageLength),
    )
  })

  test('keep the heaviest of more terms than a sparsevec holds', () => {
    const text = Array.from({ length: 17_000 }, (_, index) => `w${index} `.repeat((index % 3) + 1)).join('')
    const passage = { title: 'a', headings: [], text, language: null }
    const block = wordBlock(collection, [passage])
    expect(weightsLiteral(block, 0, assumedAverageLength)).toBe(
      passageWeights(passageWords(collection, passage), assumedAverageLength),
    )
  })

  test('are counted by passage, whatever the batches', () => {
    fc.assert(
      fc.property(fc.array(passages, { maxLength: 9 }), fc.integer({ min: 1, max: 50 }), (given, size) => {
        const counts = new TermCounts()
        const expected = new Map<number, number>()
        for (const batch of given) {
          counts.add(wordBlock(collection, batch))
          for (const passage of batch) {
            for (const id of passageWords(collection, passage).frequencies.keys()) {
              expected.set(id, (expected.get(id) ?? 0) + 1)
            }
          }
        }
        const found: [number, number][] = []
        for (const { ids, counts: each } of counts.batches(size)) {
          expect(ids.length).toBeLessThanOrEqual(size)
          found.push(...Array.from(ids, (id, at): [number, number] => [id, each[at] ?? 0]))
        }
        expect(found).toEqual([...expected].sort(([a], [b]) => a - b))
      }),
    )
  })
})
