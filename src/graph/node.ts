import type { LangGraphRunnableConfig } from '@langchain/langgraph'
import type { Llm } from '../providers/llm/llm.ts'
import type { Retriever } from '../retrieval/retrieval.ts'
import type { RunWork } from '../runs/run-work.ts'
import type { Logger } from '../telemetry/logger.ts'
import { withSpan } from '../telemetry/tracing.ts'
import type { AnalyzeIn } from './grounding/in-language.ts'
import type { Turn } from './grounding/prompt.ts'
import type { TermStatistics } from './grounding/term-weights.ts'
import type { RunState, RunUpdate } from './state.ts'

export interface NodeDependencies {
  /** Null: answers are extracts of the passages. */
  readonly llm: Llm | null
  readonly retriever: Retriever
  readonly analyze: AnalyzeIn
  /** The conversation before the run, oldest first. */
  readonly loadHistory: (workspaceId: string, runId: string) => Promise<readonly Turn[]>
  /** Titles by document id. */
  readonly loadTitles: (
    workspaceId: string,
    documentIds: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>
  /** How common terms are in a collection; null where it is gone. */
  readonly loadStatistics: (
    workspaceId: string,
    collection: string,
    terms: readonly string[],
  ) => Promise<TermStatistics | null>
  readonly logger: Logger
}

/** A piece of the answer, on its way to the log. */
export interface Delta {
  readonly delta: string
}

export interface NodeContext {
  readonly work: Pick<RunWork, 'runId' | 'caller' | 'request'>
  readonly signal: AbortSignal
  /** Streams a piece of the answer. What a node streamed is its draft's text. */
  readonly write: (text: string) => void
}

export type RunNode = (state: RunState, context: NodeContext) => Promise<RunUpdate>

/** A node as LangGraph calls it, in a span of its own. */
export function graphNode(
  name: string,
  work: RunWork,
  signal: AbortSignal,
  node: RunNode,
): (state: RunState, config: LangGraphRunnableConfig) => Promise<RunUpdate> {
  return (state, config) =>
    withSpan(`graph.${name}`, {}, () => {
      const write = (text: string) => config.writer?.({ delta: text } satisfies Delta)
      return node(state, { work, signal, write })
    })
}
