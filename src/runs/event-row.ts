import type { EventRow } from '../db/sql/run-event.ts'
import type { ChatEvent } from './runs.ts'

const terminal = new Set<ChatEvent['type']>(['RunCompleted', 'RunFailed', 'RunCancelled'])

/** Whether it is a run's last event. */
export function isTerminal(event: ChatEvent): boolean {
  return terminal.has(event.type)
}

/** What the row keeps beside seq, run and type. */
export function payloadOf({ seq: _seq, runId: _runId, type: _type, ...payload }: ChatEvent): string {
  return JSON.stringify(payload)
}

export function eventOf(runId: string, { seq, type, payload }: EventRow): ChatEvent {
  // Only payloadOf and insertRun write these rows.
  return { seq, runId, type, ...(payload as object) } as ChatEvent
}

/** The answer so far: the deltas since the last AnswerReset. */
export function answerText(events: readonly ChatEvent[]): string {
  let text = ''
  for (const event of events) {
    if (event.type === 'AnswerDelta') text += event.text
    else if (event.type === 'AnswerReset') text = ''
  }
  return text
}
