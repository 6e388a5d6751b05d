import { mostPairs, type WordBranches } from '../../db/sql/search.ts'
import { K1 } from './bm25.ts'
import type { LexicalQuery } from './plan-query.ts'

/**
 * How many entries of the words' index take as long to read as a passage takes to score: from 90, where all lies in
 * few pages, to 220 over a million passages (docs/decisions/0031).
 */
const entriesPerPassage = 150
/** What a scan of its own costs beside what it reads, in passages. */
const scanCost = 10
/** How much more often than by chance two words of a question are in one passage. */
const affinity = 1.5
/** Passages that have to be spared before another plan and another message are worth it, and their part of all. */
const worthwhile = { passages: 300, part: 0.25 } as const
/** pgvector adds in single precision, and loses far less than this part. */
const rounding = 1e-4

/**
 * Where to look for those of the plan's passages whose BM25 sums are `least` or more. No term gives a passage more than
 * K1 + 1 times its weight, so that one gets there by several terms or by rare ones (MaxScore: Turtle and Flood, Query
 * evaluation: strategies and optimizations, 1995). Each passage is looked for under the rarest term that it has: by
 * that alone or, where it costs less, with one of those that it must have besides.
 * @returns null where that spares too little beside the plan's own terms
 */
export function wordBranches(plan: LexicalQuery, least: number): WordBranches | null {
  const { terms, candidateTerms, companionTerms } = plan
  const needed = least * (1 - rounding)
  const bounds = sumsFrom(terms.map(({ weight }) => weight * (K1 + 1)))
  /** What a passage with this term must have one of, the commoner ones with it; null where it needs none. */
  const others = (driver: number) => {
    const missing = needed - (at(bounds, driver) - at(bounds, driver + 1))
    return missing > 0 ? terms.slice(driver + 1, firstBelow(bounds, missing)) : null
  }
  if (companionTerms) {
    const required = others(0)?.map(({ id }) => id) ?? companionTerms
    return required.length > 0 && required.length < companionTerms.length
      ? { alone: [], pairs: [{ driver: candidateTerms, others: required }] }
      : null
  }
  // A passage whose rarest term is none of these has too little, whatever else it has.
  const drivers = terms.slice(0, Math.min(candidateTerms.length, firstBelow(bounds, needed)))
  const pairs = drivers
    .map((driver, index) => pairOf(driver, others(index), plan.chunks))
    .filter((pair) => pair.spared > 0)
    .sort((one, other) => other.spared - one.spared)
    .slice(0, mostPairs)
  const paired = new Set(pairs.map(({ id }) => id))
  const alone = drivers.filter(({ id }) => !paired.has(id))
  const now = passages(terms.slice(0, plan.decisiveTerms.length))
  const spared = now - passages(drivers) + pairs.reduce((sum, pair) => sum + pair.spared, 0)
  return spared >= Math.max(worthwhile.passages, worthwhile.part * now)
    ? { alone: alone.map(({ id }) => id), pairs: pairs.map(({ id, others }) => ({ driver: [id], others })) }
    : null
}

type Term = LexicalQuery['terms'][number]

/** `spared`: what searching the driver with the others saves, in passages. */
function pairOf({ id, frequency }: Term, others: readonly Term[] | null, chunks: number) {
  if (!others) return { id, others: [], spared: 0 }
  const entries = passages(others)
  const scored = frequency * Math.min(1, (affinity * entries) / chunks)
  const spared = frequency - scored - (entries + frequency) / entriesPerPassage - scanCost
  return { id, others: others.map((other) => other.id), spared }
}

const passages = (terms: readonly Term[]) => terms.reduce((sum, { frequency }) => sum + frequency, 0)

/** From each of them to the end, and 0 after it. */
function sumsFrom(values: readonly number[]): number[] {
  const sums = [...values, 0]
  for (let index = values.length - 1; index >= 0; index--) sums[index] = at(sums, index) + at(sums, index + 1)
  return sums
}

/** Where sums that fall to 0 fall below `least`, which is above 0. */
function firstBelow(sums: readonly number[], least: number): number {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at(sums, middle) < least) high = middle
    else low = middle + 1
  }
  return low
}

const at = (values: readonly number[], index: number) => values[index] ?? 0
