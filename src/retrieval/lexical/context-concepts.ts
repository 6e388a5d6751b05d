import { inverseDocumentFrequency } from './bm25.ts'
import type { CollectionStatistics } from './plan-query.ts'
import { type Concept, type PassageLanguage, queryConcepts } from './query-concepts.ts'
import { termIds } from './term-id.ts'

/** A text whose words count for a part of what those of the query do. */
export interface WeightedText {
  readonly text: string
  /** 0 to 1. */
  readonly weight: number
}

/** Further ones gain nothing (docs/decisions/0034), and each is another term to score by. */
const mostConcepts = 24

/** The words of the texts that the query does not have, each once, with the most that a text gives it. */
export function contextConcepts(
  texts: readonly WeightedText[],
  query: readonly Concept[],
  languages: readonly PassageLanguage[],
): Concept[] {
  const own = new Set(query.map(keyOf))
  const found = new Map<string, Concept>()
  for (const { text, weight: part } of texts) {
    for (const concept of queryConcepts(text, languages)) {
      const key = keyOf(concept)
      const weight = concept.weight * part
      if (!own.has(key) && weight > (found.get(key)?.weight ?? 0)) found.set(key, { ...concept, weight })
    }
  }
  return [...found.values()]
}

const keyOf = ({ variants }: Concept) => variants.map(({ term }) => term).join(' ')

/** Those that tell most: rare ones, of texts that count for much. */
export function tellingConcepts(
  collectionId: string,
  concepts: readonly Concept[],
  { chunks: all, frequencies }: CollectionStatistics,
): Concept[] {
  const idOf = termIds(collectionId)
  const weighed = concepts.flatMap((concept) => {
    const together = concept.variants.reduce((sum, { term }) => sum + (frequencies.get(idOf(term)) ?? 0), 0)
    const passages = Math.max(0, ...concept.variants.map(({ chunks }) => chunks)) || all
    // What no passage has would only keep another one out.
    return together === 0
      ? []
      : [{ concept, tells: concept.weight * inverseDocumentFrequency(passages, together) }]
  })
  return weighed
    .sort((one, other) => other.tells - one.tells)
    .slice(0, mostConcepts)
    .map(({ concept }) => concept)
}
