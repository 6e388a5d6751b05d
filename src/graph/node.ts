import type { LangGraphRunnableConfig } from '@langchain/langgraph'
import type { Llm } from '../providers/llm/llm.ts'
import type { Retriever } from '../retrieval/retrieval.ts'
import type { RunWork } from '../runs/run-work.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/tracing.ts'
import type { History } from './conversation/history.ts'
import { graphRunOf } from './graph-run.ts'
import type { AnalyzeIn } from './grounding/in-language.ts'
import type { TermStatistics } from './grounding/term-weights.ts'
import type { RunState, RunUpdate } from './state.ts'

/** What the configuration sets for the model; null where it says nothing. */
export interface GenerationLimits {
  /** Of an answer. */
  readonly maxTokens: number | null
  /** Of prompt and answer together. */
  readonly contextTokens: number | null
}

export interface NodeDependencies {
  /** Null: answers are extracts of the passages. */
  readonly llm: Llm | null
  readonly limits: GenerationLimits
  readonly metrics: Pick<Metrics, 'citationsRemoved' | 'linksRemoved'>
  readonly retriever: Retriever
  readonly analyze: AnalyzeIn
  /** The conversation before the run. */
  readonly loadHistory: (work: NodeContext['work']) => Promise<History>
  /** How long a model may take to condense a question, in milliseconds. @default 4000 */
  readonly condenseWithinMs?: number
  /** Titles by document id. */
  readonly loadTitles: (
    workspaceId: string,
    documentIds: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>
  /** Passages as they are stored now, by chunk id: without those that were deleted. */
  readonly loadTexts: (
    workspaceId: string,
    chunkIds: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly text: string; readonly start: number }>>
  /** How common terms are in a collection; null where it is gone. */
  readonly loadStatistics: (
    workspaceId: string,
    collection: string,
    terms: readonly string[],
  ) => Promise<TermStatistics | null>
  readonly logger: Logger
}

export interface NodeContext {
  readonly work: Pick<RunWork, 'runId' | 'conversationId' | 'caller' | 'request' | 'news'>
  readonly signal: AbortSignal
  /** Resolves when the passages that were found are the run's, and stay. */
  readonly recorded: Promise<void>
  /** Streams a piece of the answer. What a node streamed is its draft's text. */
  readonly write: (text: string) => void
}

export type RunNode = (state: RunState, context: NodeContext) => Promise<RunUpdate>

/** A node as LangGraph calls it, in a span of its own. */
export function graphNode(
  name: string,
  node: RunNode,
): (state: RunState, config: LangGraphRunnableConfig) => Promise<RunUpdate> {
  return (state, config) =>
    withSpan(`graph.${name}`, {}, async () => {
      const { work, answer, signal } = graphRunOf(config)
      const { recorded } = work.log
      const update = await node(state, { work, signal, recorded, write: answer.write })
      answer.nodeDone()
      return update
    })
}
