import { expect, test } from 'vitest'
import { againstFirst, comparisonTable, pairRuns } from './compare-runs.ts'
import type { EvaluationRun } from './evaluation-run.ts'

const run = (set: string, configuration: string, ndcg: Record<string, number>): EvaluationRun => ({
  set,
  configuration,
  scores: Object.entries(ndcg).map(([query, score]) => [query, [score, 0, 0, 0, 0]]),
})

test('saved runs are paired by set and configuration', () => {
  const before = [run('a', 'LEXICAL', { q: 1 }), run('a', 'HYBRID', { q: 1 }), run('b', 'LEXICAL', { q: 1 })]
  const after = [run('b', 'HYBRID', { q: 1 }), run('a', 'HYBRID', { q: 0 }), run('c', 'LEXICAL', { q: 0 })]
  expect(pairRuns(before, after)).toEqual([
    { baseline: before[2], candidate: after[0] },
    { baseline: before[1], candidate: after[1] },
  ])
  expect(() => pairRuns(before, [run('z', 'LEXICAL', {})])).toThrow('no set in common')
})

test('several configurations of one run are compared with its first', () => {
  const runs = [
    run('a', 'LEXICAL', {}),
    run('b', 'LEXICAL', {}),
    run('a', 'HYBRID', {}),
    run('a', 'VECTOR', {}),
  ]
  expect(againstFirst(runs)).toEqual([
    { baseline: runs[0], candidate: runs[2] },
    { baseline: runs[0], candidate: runs[3] },
  ])
})

test('queries are matched by id, and those that only one run has are told', () => {
  const pair = {
    baseline: run('a', 'LEXICAL', { q1: 0.5, q2: 0.5, q3: 0.5 }),
    candidate: run('a', 'HYBRID', { q2: 1, q1: 0.5, q4: 1 }),
  }
  const { rows } = comparisonTable([pair], 'nDCG@10', { rounds: 200 })
  // One difference of 0.5 over two queries; swapped or not it is as far from 0.
  expect(rows[0]).toEqual([
    'a',
    'HYBRID − LEXICAL',
    '2 (2 in one only)',
    '0.5000',
    '0.7500',
    '+0.2500',
    '0.0000 to +0.5000',
    '1.0000',
    '1 / 1 / 0',
  ])
})
