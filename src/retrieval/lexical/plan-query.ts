import { inverseDocumentFrequency, K1, sparsevecLiteral } from './bm25.ts'
import type { Concept } from './query-concepts.ts'
import { termIds } from './term-id.ts'

/**
 * How many passages are scored at the most: at 5,000 the ten best agree with the exact ones in 98.8 % of
 * cases over 114,000 passages, at 9 ms for the slowest in twenty (docs/DESIGN_DECISIONS.md).
 */
const candidateBudget = 5_000

/**
 * The part of the upper bound that common words may have between them to be left out of the first try. At
 * 0.1, 1 to 10 in a hundred searches of squad-v1.1-dev need the second one; at 0.2 it is 16 to 81.
 */
const restPart = 0.1

export interface LexicalQuery {
  /** Inverse document frequencies by term, as pgvector's sparsevec. */
  readonly weights: string
  /** The candidate terms without the commonest: half of all passages have one of those, and few of them matter. */
  readonly decisiveTerms: number[]
  /** What the sum of a passage without any decisive term cannot exceed. */
  readonly restBound: number
  /** The rarest terms, as many as the budget allows: a passage without any of them is not scored. */
  readonly candidateTerms: number[]
  /**
   * Where even the rarest term is in more passages than the budget: other terms, as many as leave few enough passages
   * that hold it together with one of them. Those are the best of its passages, and which others come first says nothing.
   */
  readonly companionTerms: number[] | null
  /** Whether terms were left out of candidateTerms. */
  readonly partial: boolean
  readonly allTerms: number[]
  /** All terms, the rarest first (with a context, the weightiest): candidates, decisive ones and, after the first, companions begin them. */
  readonly terms: readonly PlannedTerm[]
  /** Searchable passages of the collection. */
  readonly chunks: number
  /** What the BM25 sum of a passage that has each word in one form cannot exceed. */
  readonly upperBound: number
  /** The same of a passage that also has the words that no passage has: from upperBound up. */
  readonly questionBound: number
}

export interface PlannedTerm {
  readonly id: number
  /** In how many passages it is. */
  readonly frequency: number
  /** Its inverse document frequency. */
  readonly weight: number
}

export interface CollectionStatistics {
  /** Searchable passages. */
  readonly chunks: number
  /** In how many of them a term stands, by its id. */
  readonly frequencies: ReadonlyMap<number, number>
}

/** The ids of all terms of a query. */
export function conceptTermIds(collectionId: string, concepts: readonly Concept[]): number[] {
  const idOf = termIds(collectionId)
  return [...new Set(concepts.flatMap(({ variants }) => variants.map(({ term }) => idOf(term))))]
}

/**
 * @param context words that count for a part of what those of the query do. With them the terms come by weight: a rare
 * word beside the query must not take the place of one of its own, nor a common one of its own that of all others.
 * @returns null where no passage has any of the terms
 */
export function planQuery(
  collectionId: string,
  concepts: readonly Concept[],
  statistics: CollectionStatistics,
  context: readonly Concept[] = [],
): LexicalQuery | null {
  const { terms, upperBound, questionBound } = weigh(collectionId, [...concepts, ...context], statistics)
  if (context.length > 0) terms.sort((one, other) => other.weight - one.weight)
  if (terms.length === 0) return null
  let candidates = 0
  const chosen = terms.filter(({ frequency }, index) => {
    candidates += frequency
    return index === 0 || candidates <= candidateBudget
  })
  // The commonest terms, from the end, for as long as they may have little between them.
  let decisive = terms.length
  let restBound = 0
  while (decisive > 1) {
    const withNext = restBound + (terms[decisive - 1]?.weight ?? 0) * (K1 + 1)
    if (withNext > restPart * upperBound) break
    restBound = withNext
    decisive -= 1
  }
  const candidateTerms = chosen.map(({ id }) => id)
  return {
    weights: sparsevecLiteral(terms.map(({ id, weight }) => [id, weight] as const)),
    decisiveTerms: candidateTerms.slice(0, decisive),
    restBound,
    candidateTerms,
    companionTerms: companions(terms, statistics.chunks),
    partial: chosen.length < terms.length,
    allTerms: terms.map(({ id }) => id),
    terms,
    chunks: statistics.chunks,
    upperBound,
    questionBound,
  }
}

/** Terms are taken to be independent: a passage has two of them as often as their frequencies say. */
function companions([rarest, ...others]: readonly PlannedTerm[], chunks: number): number[] | null {
  if (!rarest || rarest.frequency <= candidateBudget) return null
  let together = 0
  const chosen = others.filter(({ frequency }) => {
    together += (rarest.frequency * frequency) / chunks
    return together <= candidateBudget
  })
  return chosen.length === 0 ? null : chosen.map(({ id }) => id)
}

/**
 * The terms that passages have, the rarest first. All forms of a word weigh the same, by how often any of them occurs
 * (a passage is in one language and mostly has one of them), and where: a word that most German passages have tells
 * little, also where most passages are English.
 */
function weigh(
  collectionId: string,
  concepts: readonly Concept[],
  { chunks: all, frequencies }: CollectionStatistics,
) {
  const idOf = termIds(collectionId)
  const terms = new Map<number, PlannedTerm>()
  let upperBound = 0
  let absent = 0
  for (const { variants, weight: part } of concepts) {
    const known = variants
      .map(({ term, chunks }) => ({ id: idOf(term), chunks }))
      .map(({ id, chunks }) => ({ id, chunks, frequency: frequencies.get(id) ?? 0 }))
      .filter(({ frequency }) => frequency > 0)
    const together = known.reduce((sum, { frequency }) => sum + frequency, 0)
    let most = 0
    for (const { id, chunks, frequency } of known) {
      const weight = part * inverseDocumentFrequency(chunks || all, together)
      most = Math.max(most, weight)
      terms.set(id, { id, frequency, weight: Math.max(weight, terms.get(id)?.weight ?? 0) })
    }
    upperBound += most * (K1 + 1)
    if (known.length > 0) continue
    const passages = Math.max(0, ...variants.map(({ chunks }) => chunks)) || all
    absent += part * inverseDocumentFrequency(passages, 0) * (K1 + 1)
  }
  return {
    terms: [...terms.values()].sort((a, b) => a.frequency - b.frequency),
    upperBound,
    questionBound: upperBound + absent,
  }
}
