import { expect, test } from 'vitest'
import { K1 } from './bm25.ts'
import { likelyScore } from './likely-score.ts'
import type { LexicalQuery, PlannedTerm } from './plan-query.ts'
import { wordBranches } from './word-branches.ts'

const chunks = 1_000_000

/** @param companions how many; null for a plan whose rarest term is within the budget */
function planOf(
  frequencies: readonly number[],
  candidates: number,
  companions: number | null = null,
): LexicalQuery {
  const terms: PlannedTerm[] = frequencies.map((frequency, index) => ({
    id: index + 1,
    frequency,
    weight: Math.log(chunks / frequency),
  }))
  const ids = terms.map(({ id }) => id)
  return {
    ...{ weights: '', restBound: 0, partial: true, upperBound: 0, questionBound: 0 },
    ...{ terms, chunks, allTerms: ids },
    candidateTerms: ids.slice(0, candidates),
    decisiveTerms: ids.slice(0, candidates),
    companionTerms: companions === null ? null : ids.slice(1, 1 + companions),
  }
}

/** Of the passages that the plan allows for, by the terms that they have: those that are looked at. */
function lookedAt(plan: LexicalQuery, least: number) {
  const branches = wordBranches(plan, least)
  const has = (set: readonly number[], ids: readonly number[]) => ids.some((id) => set.includes(id))
  return Array.from({ length: 2 ** plan.terms.length }, (_, bits) =>
    plan.allTerms.filter((_id, index) => (bits & (1 << index)) !== 0),
  )
    .filter((set) => has(set, plan.candidateTerms) && (!plan.companionTerms || has(set, plan.companionTerms)))
    .map((set) => ({
      most: plan.terms.reduce((sum, { id, weight }) => sum + (set.includes(id) ? weight * (K1 + 1) : 0), 0),
      found:
        branches === null ||
        has(set, branches.alone) ||
        branches.pairs.some(({ driver, others }) => has(set, driver) && has(set, others)),
    }))
}

const plans = {
  'rare and common': planOf([900, 2_000, 2_100, 60_000, 90_000, 400_000, 990_000], 3),
  'nine that are alike': planOf([450, 460, 470, 480, 490, 500, 510, 520, 530], 9),
  'with companions': planOf([9_000, 20_000, 30_000, 70_000, 200_000, 900_000], 1, 5),
}

test.each(Object.entries(plans))('whatever can reach a score is looked at: %s', (_, plan) => {
  const top = lookedAt(plan, 0).reduce((most, each) => Math.max(most, each.most), 0)
  let spared = 0
  for (let least = top / 50; least < top; least += top / 50) {
    const sets = lookedAt(plan, least)
    expect(sets.filter(({ most, found }) => most >= least && !found)).toEqual([])
    spared += sets.filter(({ found }) => !found).length
  }
  expect(spared).toBeGreaterThan(0)
})

test('nothing is spared where one term is enough, or all of it is little', () => {
  expect(wordBranches(planOf([900, 60_000], 1), 5)).toBeNull()
  expect(wordBranches(planOf([50, 60, 70, 60_000], 3), 18)).toBeNull()
})

test('a term that is soon searched is searched alone, rather than with others that are long to read', () => {
  const plan = planOf([300, 2_000, 2_100, 80_000, 90_000], 3)
  expect(wordBranches(plan, 18)).toMatchObject({ alone: expect.arrayContaining([1]) })
})

test('a query of a thousand words makes few branches', () => {
  const plan = planOf(
    Array.from({ length: 1_000 }, (_, index) => 5 + index),
    90,
  )
  const branches = wordBranches(plan, likelyScore(plan, 10))
  expect(branches?.pairs.length ?? 0).toBeLessThanOrEqual(6)
})

test('the likely score falls with the limit, and is one that passages can have', () => {
  const plan = plans['rare and common']
  const [ten, fifty] = [likelyScore(plan, 10), likelyScore(plan, 50)]
  expect(fifty).toBeLessThan(ten)
  expect(fifty).toBeGreaterThan(0)
  expect(ten).toBeLessThan(plan.terms.reduce((sum, { weight }) => sum + weight * (K1 + 1), 0))
})
