import { wordOverlap } from './bag-of-words.ts'
import { json } from './failures.ts'
import type { Behaviour } from './fake-call.ts'

/** Scores by shared words, best first, cut to top_n, as Cohere and vLLM answer. */
export function rerankByOverlap(): Behaviour {
  return (call) => {
    const { query, documents, model, top_n } = call.request.body
    const results = (documents as string[])
      .map((text, index) => ({ index, document: { text }, relevance_score: wordOverlap(query, text) }))
      .sort((a, b) => b.relevance_score - a.relevance_score)
      .slice(0, top_n)
    return json({ id: 'rerank-fake', model, results })(call)
  }
}
