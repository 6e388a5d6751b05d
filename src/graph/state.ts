import { Annotation } from '@langchain/langgraph'
import type { TokenUsage } from '../providers/llm/llm.ts'
import type { FoundSources, StoredCitation } from '../runs/run-work.ts'
import type { StoredAnswer } from '../runs/runs.ts'
import type { SearchedInContext } from './conversation/follow-up.ts'
import type { ExtractedSentence } from './grounding/extract.ts'
import type { Passage } from './grounding/passage.ts'
import type { Turn } from './grounding/prompt.ts'

export interface Draft {
  readonly text: string
  readonly finishReason: StoredAnswer['finishReason']
  readonly model: string
  /** The sentences it is made of where no model wrote it. */
  readonly extracted: readonly ExtractedSentence[] | null
  /** The numbers of markers that named no passage. Absent, like those below, in drafts of an older version. */
  readonly removedMarkers?: readonly number[]
  /** How many links stood in no passage. */
  readonly removedLinks?: number
  /** Of the prompts that made it; absent where no model wrote it. */
  readonly promptVersion?: string
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

/** A field that each node's value replaces. With a default, only what was written costs a row at each checkpoint. */
function field<T>(initial: T) {
  return Annotation<T>({ reducer: (_before, after) => after, default: () => initial })
}

/**
 * What a run knows, checkpointed after each node: plain JSON, and each field as it began until its node has run.
 * Added fields must be optional while runs of the version before may be resumed.
 */
export const RunState = Annotation.Root({
  /** Oldest first. */
  history: field<readonly Turn[]>([]),
  /** The question such that it can be searched for by itself. */
  query: field<string | null>(null),
  /** What its words are searched for in; null where nothing was said before. */
  context: field<SearchedInContext | null>(null),
  sources: field<FoundSources | null>(null),
  /** What the answer may cite: after generation, what the model was shown. */
  passages: field<readonly Passage[]>([]),
  attempts: field(0),
  /** Summed over the attempts; null where the server does not count. */
  usage: field<TokenUsage | null>(null),
  draft: field<Draft | null>(null),
  rejection: field<Rejection | null>(null),
  approval: field<Approval | null>(null),
})
export type RunState = typeof RunState.State
export type RunUpdate = typeof RunState.Update

/** LangGraph starts with nothing less than one field. */
export const input: RunUpdate = { query: null }
