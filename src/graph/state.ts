import { Annotation } from '@langchain/langgraph'
import type { TokenUsage } from '../providers/llm/llm.ts'
import type { FoundSources, StoredCitation } from '../runs/run-work.ts'
import type { StoredAnswer } from '../runs/runs.ts'
import type { ExtractedSentence } from './grounding/extract.ts'
import type { Passage } from './grounding/passage.ts'
import type { Turn } from './grounding/prompt.ts'

export interface Draft {
  readonly text: string
  readonly finishReason: StoredAnswer['finishReason']
  readonly model: string
  /** The sentences it is made of where no model wrote it. */
  readonly extracted: readonly ExtractedSentence[] | null
}

/** Why the draft was withdrawn. */
export interface Rejection {
  /** For the model. */
  readonly feedback: string
  /** For the reader. */
  readonly reason: string
}

export interface Approval {
  readonly grounded: boolean
  readonly citations: readonly StoredCitation[]
}

/**
 * What a run knows, checkpointed after each node: plain JSON, and each field null until its node has run.
 * Added fields must be optional while runs of the version before may be resumed.
 */
export const RunState = Annotation.Root({
  /** Oldest first. */
  history: Annotation<readonly Turn[]>,
  /** The question such that it can be searched for by itself. */
  query: Annotation<string | null>,
  sources: Annotation<FoundSources | null>,
  passages: Annotation<readonly Passage[]>,
  attempts: Annotation<number>,
  /** Summed over the attempts; null where the server does not count. */
  usage: Annotation<TokenUsage | null>,
  draft: Annotation<Draft | null>,
  rejection: Annotation<Rejection | null>,
  approval: Annotation<Approval | null>,
})
export type RunState = typeof RunState.State
export type RunUpdate = typeof RunState.Update

export const initialState: RunState = {
  history: [],
  query: null,
  sources: null,
  passages: [],
  attempts: 0,
  usage: null,
  draft: null,
  rejection: null,
  approval: null,
}
