import { describe, expect, test } from 'vitest'
import type { PassageRow } from '../db/sql/passage.ts'
import { fuse } from './fuse.ts'
import type { Candidate } from './lexical/search-lexical.ts'

const candidates = (scores: Record<string, number>): Candidate[] =>
  Object.entries(scores).map(([id, score]) => ({ passage: { id } as PassageRow, score }))
const words = (scores: Record<string, number>, questionBound: number, upperBound = questionBound) => ({
  candidates: candidates(scores),
  upperBound,
  questionBound,
})
const ids = (fused: ReturnType<typeof fuse>) => fused.map(({ passage }) => passage.id)

describe('fusion of words and meaning', () => {
  test('adds BM25 over what the question could have to the cosine above the background', () => {
    const fused = fuse(words({ a: 10, b: 5 }, 20), candidates({ b: 0.8, c: 0.6, d: 0.2 }), 50)
    // b: 5 ÷ 20 + 0.3 × 0.6 ÷ 0.8. a: 10 ÷ 20, and no more than the background by meaning.
    expect(fused.map(({ passage: { id }, score }) => [id, Number(score.toFixed(6))])).toEqual([
      ['a', Number((0.5 / 1.3).toFixed(6))],
      ['b', Number(((0.25 + 0.3 * 0.75) / 1.3).toFixed(6))],
      ['c', Number(((0.3 * 0.5) / 1.3).toFixed(6))],
      ['d', 0],
    ])
    expect(fused.map(({ scores }) => scores)).toEqual([
      { lexical: 10, vector: null, rerank: null },
      { lexical: 5, vector: 0.8, rerank: null },
      { lexical: null, vector: 0.6, rerank: null },
      { lexical: null, vector: 0.2, rerank: null },
    ])
  })

  test('vectors that tell nothing leave the order of the words', () => {
    const noise = candidates({ x: 0.2, y: 0.18, c: 0.15, z: 0.11, b: 0.1 })
    const fused = fuse(words({ a: 12, b: 9, c: 7 }, 24), noise, 50)
    expect(ids(fused).slice(0, 3)).toEqual(['a', 'b', 'c'])
  })

  test('a question in words that the collection does not have is answered by meaning', () => {
    const near = candidates({ right: 0.88, other: 0.84, far: 0.8 })
    // One word of many is known: its passage has all of the known, and little of the question.
    expect(ids(fuse(words({ wrong: 5 }, 60, 5), near, 50))[0]).toBe('right')
    expect(ids(fuse(words({ wrong: 5 }, 5), near, 50))[0]).toBe('wrong')
  })

  test('a passage beyond the end of a full list counts with the last score of it, not with none', () => {
    const full = words({ a: 10, b: 9 }, 20)
    const scoreOf = (fused: ReturnType<typeof fuse>) =>
      fused.find(({ passage }) => passage.id === 'c')?.score ?? Number.NaN
    const near = candidates({ c: 0.5, d: 0.3 })
    expect(scoreOf(fuse(full, near, 2)) - scoreOf(fuse(full, near, 3))).toBeCloseTo(9 / 20 / 1.3, 10)
  })

  test('one list alone keeps its order, and scores lie between 0 and 1', () => {
    expect(ids(fuse(words({ a: 3, b: 2 }, 10), [], 50))).toEqual(['a', 'b'])
    expect(ids(fuse(words({}, 0), candidates({ a: 0.3, b: -0.2 }), 50))).toEqual(['a', 'b'])
    expect(fuse(words({}, 0), candidates({ a: 0.7 }), 50)[0]?.score).toBeCloseTo((0.3 * 0.7) / 1.3, 10)
    const extreme = fuse(words({ a: 30, b: 1 }, 20), candidates({ a: 1.0001, b: -1 }), 50)
    expect(extreme.map(({ score }) => score)).toEqual([1, expect.any(Number)])
    expect(fuse(words({}, 0), [], 50)).toEqual([])
  })

  test('passages of the same score are in the order of their ids, whatever list they come from', () => {
    const tied = candidates({ b: 1, a: 1 })
    expect(ids(fuse(words({}, 0), tied, 50))).toEqual(['a', 'b'])
  })
})
