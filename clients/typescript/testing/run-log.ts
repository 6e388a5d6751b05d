import type { ServerResponse } from 'node:http'
import type { ChatEvent } from '../chat-events.ts'
import type { Call, Reply } from './scripted-server.ts'
import { variablesOf } from './scripted-server.ts'

/** Letters of one to four bytes: a cut at any byte falls into the middle of a character sooner or later. */
const words = ['Streams ', 'überleben ', '接続が切れても', ' — ', '🪵 ', 'fine', '. ']

/** A run's whole event log: started, deltas, completed. */
export function runLog(deltas: number): ChatEvent[] {
  const runId = 'run-1'
  const texts = Array.from({ length: deltas }, (_, index) => words[index % words.length] ?? '')
  const events = [
    { __typename: 'RunStarted', conversationId: 'conversation-1' },
    ...texts.map((text) => ({ __typename: 'AnswerDelta', text })),
    { __typename: 'RunCompleted', run: { id: runId, answer: { text: texts.join('') } } },
  ]
  return events.map((event, index) => ({ ...event, seq: index + 1, runId })) as ChatEvent[]
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(':\n\n')
}

export function frame(event: ChatEvent): Buffer {
  return Buffer.from(`event: next\ndata: ${JSON.stringify({ data: { chatStream: event } })}\n\n`)
}

export const complete = 'event: complete\ndata:\n\n'

/** Where a call wants the log from: an ask replays it, a resume goes on after afterSeq. */
export function tail(log: readonly ChatEvent[], call: Call): ChatEvent[] {
  const after = Number(variablesOf(call).input.resume?.afterSeq ?? 0)
  return log.filter((event) => event.seq > after)
}

/** The rest of the log, as it should be. */
export function wholeRun(log: readonly ChatEvent[]): Reply {
  return (call) => {
    openStream(call.response)
    for (const event of tail(log, call)) call.response.write(frame(event))
    call.response.end(complete)
  }
}

/** The rest of the log, cut after so many bytes of events. */
export function cutAfter(log: readonly ChatEvent[], bytes: number): Reply {
  return (call) => {
    openStream(call.response)
    const all = Buffer.concat(tail(log, call).map(frame))
    call.response.write(all.subarray(0, bytes), () => call.response.destroy())
  }
}

/** These events, whatever was asked for, then `end`. */
export function events(list: readonly ChatEvent[], end?: string): Reply {
  return ({ response }) => {
    openStream(response)
    for (const event of list) response.write(frame(event))
    if (end !== undefined) response.end(end)
  }
}
