import type { RunnableConfig } from '@langchain/core/runnables'
import type { RunWork } from '../runs/run-work.ts'
import type { AnswerChannel } from './answer-channel.ts'
import type { RunCheckpoints } from './run-checkpoints.ts'

/** What nodes and checkpointer need of the run that the workflow is called for. */
export interface GraphRun {
  readonly work: RunWork
  readonly answer: AnswerChannel
  readonly checkpoints: RunCheckpoints
  readonly signal: AbortSignal
}

/** For the workflow's stream. */
export function graphRunConfig(run: GraphRun) {
  return { configurable: { thread_id: run.work.runId, run }, signal: run.signal }
}

export function graphRunOf({ configurable }: RunnableConfig): GraphRun {
  if (!configurable?.run) throw new Error('The workflow was called without a run')
  return configurable.run as GraphRun
}
