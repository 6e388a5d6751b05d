import type { Database } from '../db/database.ts'
import { createCheckpointer } from '../db/migrate.ts'
import { readTexts, readTitles } from '../db/sql/run-context.ts'
import { countTerms } from '../retrieval/lexical/count-terms.ts'
import type { ExecuteRun, RunOutcome } from '../runs/run-work.ts'
import { alignLog } from './align-log.ts'
import { createAnswerChannel } from './answer-channel.ts'
import type { History } from './conversation/history.ts'
import { loadHistory } from './conversation/load-history.ts'
import type { Summaries } from './conversation/summaries.ts'
import { graphRunConfig } from './graph-run.ts'
import type { GenerationLimits, NodeDependencies } from './node.ts'
import { createRunCheckpoints, createRunSaver } from './run-checkpoints.ts'
import { input, type RunState } from './state.ts'
import { compileWorkflow } from './workflow.ts'

export type ExecuteRunDependencies = Omit<
  NodeDependencies,
  'limits' | 'loadHistory' | 'loadTitles' | 'loadTexts' | 'loadStatistics'
> & {
  readonly database: Database
  /** Absent or null: what is beyond the history's budget is not told. */
  readonly summaries?: Summaries | null
  /** @default none */
  readonly limits?: GenerationLimits
}

const noHistory: History = { turns: [], summary: [] }
const resumed = 'The process that wrote it stopped; the answer starts afresh.'
const corrected = 'The answer is written again.'

/** Runs the workflow, from its checkpoint where there is one, and writes what it does to the run's log. */
export function createExecuteRun({
  database,
  summaries = null,
  ...dependencies
}: ExecuteRunDependencies): ExecuteRun {
  const { pool } = database
  const nodes: NodeDependencies = {
    limits: { maxTokens: null, contextTokens: null },
    ...dependencies,
    loadHistory: async ({ caller, runId, news }) =>
      news.conversation ? noHistory : loadHistory(database, summaries, caller.workspaceId, runId),
    async loadTitles(workspaceId, documentIds) {
      const rows = await readTitles(pool, workspaceId, documentIds)
      return new Map(rows.map(({ id, title }) => [id, title]))
    },
    async loadTexts(workspaceId, chunkIds) {
      const rows = await readTexts(pool, workspaceId, chunkIds)
      return new Map(rows.map(({ id, text, start }) => [id, { text, start }]))
    },
    loadStatistics: (workspaceId, collection, terms) => countTerms(pool, workspaceId, collection, terms),
  }

  const saver = createCheckpointer(pool)
  const workflow = compileWorkflow(nodes, createRunSaver(pool))

  return async (work, signal) => {
    const checkpoints = createRunCheckpoints(saver, pool, work, signal)
    const answer = createAnswerChannel(work.log)
    const config = graphRunConfig({ work, answer, checkpoints, signal })
    const checkpoint = await checkpoints.getTuple(config)
    // 'values' comes after the checkpoint is committed (durability sync) or waits for the evidence, where 'updates' comes
    // before: the log is never ahead of what a successor would find, but for deltas.
    const stream = await workflow.stream(checkpoint ? null : input, {
      ...config,
      durability: 'sync',
      streamMode: 'values',
    })
    let last: RunState | undefined
    try {
      for await (const chunk of stream) {
        const state = chunk as RunState
        const reason = last ? (state.rejection?.reason ?? corrected) : resumed
        await alignLog(work.log, state, reason, checkpoints.waiting())
        answer.aligned()
        last = state
      }
    } finally {
      answer.close()
    }
    signal.throwIfAborted()
    return outcomeOf(last)
  }
}

function outcomeOf(state: RunState | undefined): RunOutcome {
  if (!state?.draft || !state.approval) throw new Error('The workflow ended without an answer')
  const {
    text,
    finishReason,
    model,
    removedMarkers = [],
    removedLinks = 0,
    promptVersion = null,
  } = state.draft
  const { grounded, citations } = state.approval
  const removed = { removedCitations: removedMarkers.length, removedLinks }
  return {
    answer: { text, grounded, finishReason, model, usage: state.usage, ...removed, promptVersion },
    citations,
  }
}
