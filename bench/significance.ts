/** Whether two retrievers differ, told from what each scored on the same queries. */
import { mean } from './metrics.ts'
import { quantile } from './support/quantile.ts'
import { seededRandom } from './support/seeded-random.ts'

export interface SignificanceOptions {
  /** @default 10000 */
  readonly rounds?: number
  /** @default 1 */
  readonly seed?: number
}

export interface PairedComparison {
  readonly queries: number
  /** Mean of candidate − baseline. */
  readonly difference: number
  /** 95 % of the differences that other queries of the same kind would show. */
  readonly interval: readonly [low: number, high: number]
  /** Two-sided: how likely chance alone makes a difference as large as this one. */
  readonly p: number
  /** Queries on which the candidate scored more, the same, less. */
  readonly wins: number
  readonly ties: number
  readonly losses: number
}

/** Scores are sums of many products: what differs by less is the same. */
const tolerance = 1e-9

/** Up to here all ways to swap are tried, 2^14 of them, and the p-value is exact. */
const exactPairs = 14

/**
 * Compares by query; both lists name the queries in one order. Differences are those of the means.
 * @throws RangeError where the lists are of different lengths, or empty
 */
export function comparePaired(
  baseline: readonly number[],
  candidate: readonly number[],
  { rounds = 10_000, seed = 1 }: SignificanceOptions = {},
): PairedComparison {
  if (baseline.length !== candidate.length || baseline.length === 0) {
    throw new RangeError(`Paired scores are needed: ${baseline.length} and ${candidate.length} are no pairs`)
  }
  const differences = candidate.map((score, index) => score - (baseline[index] ?? 0))
  const wins = differences.filter((difference) => difference > tolerance).length
  const losses = differences.filter((difference) => difference < -tolerance).length
  return {
    queries: differences.length,
    difference: mean(differences),
    interval: bootstrapInterval(differences, rounds, seed),
    p: randomizationTest(differences, rounds, seed),
    wins,
    ties: differences.length - wins - losses,
    losses,
  }
}

/**
 * Fisher's paired randomization test. Were both retrievers the same, each query's two scores could as well be swapped:
 * p is the part of such swaps whose mean difference is at least as far from 0 as the one that was seen.
 * Smucker, Allan and Carterette, A Comparison of Statistical Significance Tests for Information Retrieval
 * Evaluation (CIKM 2007). Of drawn swaps the one that was seen counts as one, so that p is never 0 (Phipson and
 * Smyth 2010).
 */
export function randomizationTest(differences: readonly number[], rounds: number, seed: number): number {
  // A query on which both score the same adds nothing, swapped or not.
  const different = Float64Array.from(differences.filter((each) => Math.abs(each) > tolerance))
  const seen = Math.abs(different.reduce((sum, each) => sum + each, 0)) - tolerance
  if (different.length <= exactPairs) {
    const ways = 2 ** different.length
    let asFar = 0
    for (let swaps = 0; swaps < ways; swaps++)
      asFar += Math.abs(swapped(different, () => swaps)) >= seen ? 1 : 0
    return asFar / ways
  }
  const random = seededRandom(seed)
  let asFar = 1
  for (let round = 0; round < rounds; round++) asFar += Math.abs(swapped(different, random)) >= seen ? 1 : 0
  return asFar / (rounds + 1)
}

/** The sum of the differences after swaps, one bit of `word` each. */
function swapped(differences: Float64Array, word: () => number): number {
  let sum = 0
  let bits = 0
  for (let index = 0; index < differences.length; index++) {
    bits = index % 32 === 0 ? word() : bits >>> 1
    sum += bits & 1 ? -(differences[index] as number) : (differences[index] as number)
  }
  return sum
}

/** Percentile bootstrap of the mean (Efron and Tibshirani 1993, chapter 13): 2.5 % and 97.5 % of the resampled means. */
export function bootstrapInterval(
  differences: readonly number[],
  rounds: number,
  seed: number,
): [low: number, high: number] {
  const values = Float64Array.from(differences)
  const random = seededRandom(seed)
  const means = Array.from({ length: rounds }, () => {
    let sum = 0
    for (let drawn = 0; drawn < values.length; drawn++) {
      sum += values[Math.floor((random() / 2 ** 32) * values.length)] as number
    }
    return sum / values.length
  })
  return [quantile(means, 0.025), quantile(means, 0.975)]
}
