import type { IncomingMessage } from 'node:http'
import { networkDetail } from '../upstream/classify-error.ts'
import type { Exchange } from '../upstream/exchange.ts'
import { UpstreamFault } from '../upstream/faults.ts'
import type { Subject } from '../upstream/subject.ts'
import { timedOut, UpstreamError, unavailable } from '../upstream/upstream-error.ts'
import { type AnswerReader, createAnswerReader } from './answer-reader.ts'
import { createEventReader, type ServerEvent } from './event-reader.ts'
import { readFinishReason } from './finish-reason.ts'
import type { TokenUsage } from './llm.ts'
import type { OpenedStream } from './open-stream.ts'

export interface TokenLimits {
  /** Until the first token, of reasoning or of the answer: a model that thinks aloud is at work. @default 60000 */
  readonly firstTokenMs: number
  /** @default 20000 */
  readonly betweenTokensMs: number
}

export type AnswerPiece =
  | { readonly type: 'delta'; readonly text: string }
  | {
      readonly type: 'end'
      readonly finishReason: 'STOP' | 'LENGTH'
      readonly usage: TokenUsage | null
      /** The model that the server says answered. */
      readonly model: string | null
    }

/** A longer event is no chunk of an answer. */
const maxEventBytes = 1024 * 1024
/** How long the usage may come after the finish reason: the reader of the answer waits for it. */
const usageMs = 2_000

/** One request and its answer, up to the piece that says it is whole. Throws what exchange.fail() classifies. */
export async function* streamAnswer(
  open: (signal: AbortSignal) => Promise<OpenedStream>,
  exchange: Exchange,
  subject: Subject,
  limits: TokenLimits,
): AsyncGenerator<AnswerPiece, void, void> {
  const { deadline } = exchange
  const answer = createAnswerReader(subject)
  let stream: OpenedStream | undefined
  deadline.start(limits.firstTokenMs)
  try {
    stream = await open(deadline.signal)
    for await (const events of eventsOf(stream.answer)) {
      for (const event of events) {
        const text = answer.read(event)
        if (answer.begun) exchange.answered()
        if (text !== '') {
          // A consumer that is slow to come back is not the upstream's delay.
          deadline.stop()
          yield { type: 'delta', text }
        }
      }
      if (answer.done) break
      if (answer.finish !== null) deadline.start(Math.min(usageMs, limits.betweenTokensMs))
      else if (answer.begun) deadline.start(limits.betweenTokensMs)
    }
  } catch (error) {
    const failure = failureOf(error, answer, deadline.expired, subject)
    if (failure) throw failure
  } finally {
    if (answer.done) stream?.release()
    else stream?.answer.destroy()
  }
  // An abort after the last token is still an abort.
  if (deadline.signal.aborted && !deadline.expired) throw deadline.signal.reason
  if (answer.finish === null) {
    throw unavailable(subject, 'broke the answer off', {
      detail: 'stream without finish_reason',
      fault: UpstreamFault.BrokenOff,
    })
  }
  const finishReason = readFinishReason(answer.finish, subject)
  const rest = answer.end()
  if (rest !== '') yield { type: 'delta', text: rest }
  yield { type: 'end', finishReason, usage: answer.usage, model: answer.model }
}

/** The events as they come, those of one piece of the network together. Leaving does not close the connection. */
async function* eventsOf(stream: IncomingMessage): AsyncGenerator<ServerEvent[], void, void> {
  const reader = createEventReader(maxEventBytes)
  for await (const bytes of stream.iterator({ destroyOnReturn: false })) {
    const events = reader.push(bytes)
    if (events.length > 0) yield events
  }
  const last = reader.end()
  if (last) yield [last]
}

/** What to throw, or null where the answer is whole already and only its usage is lost. */
function failureOf(error: unknown, answer: AnswerReader, expired: boolean, subject: Subject): unknown {
  if (error instanceof UpstreamError) return error
  if (answer.finish !== null) return null
  if (error instanceof RangeError) {
    return unavailable(subject, 'sent what is no answer', {
      detail: error.message,
      fault: UpstreamFault.Malformed,
    })
  }
  if (!answer.begun) return error
  if (expired) return timedOut(subject, 'fell silent in the middle of the answer', UpstreamFault.Stalled)
  return unavailable(subject, 'broke the connection in the middle of the answer', {
    detail: networkDetail(error),
    fault: UpstreamFault.Reset,
  })
}
