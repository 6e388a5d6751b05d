import type { Caller } from '../access/caller.ts'
import type { Failure } from '../failure.ts'
import type { Conversation, Run } from '../generated/prisma/client.ts'
import type { DocumentFilter } from '../retrieval/retrieval.ts'
import type { Fork } from './fork-conversation.ts'

export const ConflictPolicy = { Reject: 'REJECT', Enqueue: 'ENQUEUE', Interrupt: 'INTERRUPT' } as const
export type ConflictPolicy = (typeof ConflictPolicy)[keyof typeof ConflictPolicy]

/** How a model is to answer, within what the configuration allows; null where it is not said. */
export interface GenerationOptions {
  readonly model: string | null
  readonly maxTokens: number | null
  readonly temperature: number | null
}

export interface AskRequest {
  readonly question: string
  readonly collection: string
  readonly conversationId: string | null
  readonly topK: number
  readonly filter: DocumentFilter | null
  readonly requestId: string | null
  readonly onConflict: ConflictPolicy
  readonly generation?: GenerationOptions | null
}

/** What the event log holds; seq grows by one from 1 in each run. */
export type ChatEvent = { readonly seq: number; readonly runId: string } & (
  | { readonly type: 'RunStarted'; readonly conversationId: string }
  | { readonly type: 'SourcesRetrieved' }
  | { readonly type: 'AnswerDelta'; readonly text: string }
  | { readonly type: 'AnswerReset'; readonly reason: string }
  | { readonly type: 'RunCompleted' }
  | { readonly type: 'RunFailed'; readonly failure: Failure }
  | { readonly type: 'RunCancelled' }
)

/** Row `answer`; its citations are rows of their own. */
export interface StoredAnswer {
  readonly text: string
  readonly grounded: boolean
  readonly finishReason: 'STOP' | 'LENGTH' | 'NO_EVIDENCE' | 'CANCELLED'
  readonly model: string
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null
  /** Markers that named no passage, and links that no passage has: they were taken out. Absent in older answers. */
  readonly removedCitations?: number
  readonly removedLinks?: number
  /** Of the prompts that made it; null where no model wrote it. */
  readonly promptVersion?: string | null
}

export interface StartedRun {
  readonly id: string
  readonly conversationId: string
}

/** Ids are row ids. What the workspace does not hold is a NotFoundError, wherever else it exists. */
export interface Runs {
  /**
   * Commits a run and lets it go on by itself. A known requestId returns the run it started.
   * @throws ConflictError where another run of the conversation is active and the policy is REJECT; BusyError where the
   * language model has no room for another
   */
  start(caller: Caller, request: AskRequest, traceId: string | null): Promise<StartedRun>
  /** The events after `afterSeq`, then new ones as they are committed; ends after the run's last. */
  follow(
    caller: Caller,
    runId: string,
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void, void>
  /** The run once it has ended. */
  wait(caller: Caller, runId: string, signal: AbortSignal): Promise<Run>
  /** A run that has ended is returned as it is. */
  cancel(caller: Caller, runId: string): Promise<Run>
  deleteConversation(caller: Caller, conversationId: string): Promise<string>
  renameConversation(caller: Caller, conversationId: string, title: string): Promise<Conversation>
  /** @throws ConflictError where the run up to which it goes has not ended */
  forkConversation(caller: Caller, fork: Fork): Promise<Conversation>
}
