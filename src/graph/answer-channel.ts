import type { RunLog } from '../runs/run-work.ts'

/**
 * What nodes stream of the answer, on its way to the log: not before the log is in line with the state that the node
 * began with. LangGraph's own way, a stream of chunks, costs as much for each token as all that we do with it.
 */
export interface AnswerChannel {
  write(text: string): void
  /** What it wrote is in its state, and what comes next waits for that to be aligned. */
  nodeDone(): void
  /** The log says what the next state says. */
  aligned(): void
  /** The workflow is left: a node of it that is still at work writes nothing any more. */
  close(): void
}

export function createAnswerChannel(log: Pick<RunLog, 'delta'>): AnswerChannel {
  /** States that the log has yet to be aligned with; first the one that the workflow starts from. */
  let behind = 1
  let held = ''
  return {
    write(text) {
      if (behind === 0) log.delta(text)
      else held += text
    },
    nodeDone() {
      behind += 1
      held = ''
    },
    aligned() {
      behind -= 1
      if (behind > 0 || held === '') return
      log.delta(held)
      held = ''
    },
    close() {
      behind = Number.POSITIVE_INFINITY
    },
  }
}
