import { RetrievalMode } from '../../retrieval/retrieval.ts'
import { distinctPassages } from '../grounding/distinct-passages.ts'
import type { Passage } from '../grounding/passage.ts'
import type { NodeDependencies, RunNode } from '../node.ts'
import { promptVersion } from '../prompt-files.ts'
import { keptPassage } from './kept-passage.ts'

/** Finds the passages that the answer may stand on; marker n is the hit of rank n, and none repeats another. */
export function retrieve({
  llm,
  retriever,
  loadTitles,
}: Pick<NodeDependencies, 'llm' | 'retriever' | 'loadTitles'>): RunNode {
  return async ({ query, context }, { work, signal }) => {
    const { collection, topK, filter, question } = work.request
    const standalone = query ?? question
    const found = await retriever.retrieve(
      work.caller,
      {
        query: context?.query ?? standalone,
        context: context && { standalone, words: context.words },
        collection,
        topK,
        mode: RetrievalMode.Hybrid,
        filter,
        minScore: null,
        // Whoever asks a question quotes names and sayings; that no passage has them so must not leave no evidence.
        phrases: false,
      },
      signal,
    )
    const documentIds = [...new Set(found.hits.map((hit) => hit.chunk.documentId))]
    const titles = await loadTitles(work.caller.workspaceId, documentIds)
    const hits = found.hits.map(({ rank, score, scores, chunk }) => ({
      rank,
      score,
      scores,
      chunkId: chunk.id,
      chunk: keptPassage(chunk),
    }))
    const passages = found.hits.map(
      ({ rank, score, chunk }): Passage => ({
        chunkId: chunk.id,
        marker: rank,
        text: chunk.text,
        start: chunk.start,
        headings: chunk.headings,
        title: titles.get(chunk.documentId) ?? '',
        score,
      }),
    )
    const { mode, underfilled } = found
    const sources = { mode, underfilled, hits, ...(llm && { promptVersion }) }
    return { sources, passages: distinctPassages(passages) }
  }
}
