import type { Caller } from '../access/caller.ts'
import type { Queryable } from '../db/database.ts'
import type { HitColumns } from '../db/sql/run-hit.ts'
import type { RetrievalMode } from '../retrieval/retrieval.ts'
import type { Lease } from './lease.ts'
import type { AskRequest, StoredAnswer } from './runs.ts'

export interface FoundSources {
  readonly mode: RetrievalMode
  readonly underfilled: boolean
  readonly hits: readonly HitColumns[]
  /** Of the prompts that the model will be given; absent where none answers. */
  readonly promptVersion?: string
}

export interface StoredCitation {
  readonly marker: number
  readonly chunkId: string | null
  readonly quote: string | null
  readonly start: number | null
  readonly end: number | null
  readonly verified: boolean
}

export interface RunOutcome {
  readonly answer: StoredAnswer
  /** In the order of the answer. */
  readonly citations: readonly StoredCitation[]
}

/** The log as the executor sees it. Deltas are committed soon after; a lost lease aborts the work. */
export interface RunLog {
  /** The answer that the log holds: the deltas since the last AnswerReset. */
  readonly text: string
  readonly hasSources: boolean
  /** Resolves when the evidence is committed: from then on its passages stay for the run. Never rejects. */
  readonly recorded: Promise<void>
  delta(text: string): void
  reset(reason: string): void
  /** Commits the evidence and what is written beside it, in one transaction; then says so in the log. */
  sources(found: FoundSources, beside?: (client: Queryable) => Promise<unknown>): Promise<void>
}

/** A run to be worked on, perhaps not for the first time. */
export interface RunWork {
  readonly runId: string
  readonly conversationId: string
  /** With the right to read in the run's workspace, and nothing more. */
  readonly caller: Caller
  readonly request: Pick<AskRequest, 'question' | 'collection' | 'topK' | 'filter' | 'generation'>
  /** What was begun just now, so that nothing is stored of it that would have to be read. */
  readonly news: { readonly run: boolean; readonly conversation: boolean }
  readonly log: RunLog
  /** Makes checkpoints as safe from a second writer as the log. */
  readonly lease: Pick<Lease, 'runId' | 'token'>
}

/**
 * Answers the question. The text in the log and the answer's are the same when it resolves.
 * @throws FailureError and AppErrors become RunFailed; after an outage of the database it is called again
 */
export type ExecuteRun = (work: RunWork, signal: AbortSignal) => Promise<RunOutcome>

/**
 * What was written of an answer that was cancelled, as an answer: not grounded, and with those of its citations that
 * hold. Works from the run's checkpoint, which has the passages; `text` is the log's.
 */
export type SalvageAnswer = (runId: string, text: string) => Promise<RunOutcome>
