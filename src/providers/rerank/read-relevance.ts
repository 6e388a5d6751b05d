import type { Subject } from '../upstream/subject.ts'
import { rejected } from '../upstream/upstream-error.ts'

interface RerankAnswer {
  readonly results?: readonly { readonly index?: unknown; readonly relevance_score?: unknown }[]
}

/** The scores by document. @throws UpstreamError UPSTREAM_REJECTED unless each document has exactly one. */
export function readRelevance(answer: unknown, count: number, subject: Subject): number[] {
  const results = (answer as RerankAnswer | null)?.results
  if (!Array.isArray(results)) {
    throw rejected(subject, `does not answer with results: check ${subject.variables}_BASE_URL`, 'no results')
  }
  if (results.length !== count) {
    throw rejected(subject, `scored ${results.length} documents of ${count}`, 'wrong count')
  }
  const scores = new Array<number>(count)
  for (const result of results) {
    const index = Number(result?.index)
    if (!Number.isInteger(result?.index) || index < 0 || index >= count || scores[index] !== undefined) {
      throw rejected(subject, 'returned scores that belong to no document', 'wrong index')
    }
    if (!Number.isFinite(result.relevance_score)) {
      throw rejected(subject, 'returned a score that is no number', 'not finite')
    }
    scores[index] = Number(result.relevance_score)
  }
  return scores
}
