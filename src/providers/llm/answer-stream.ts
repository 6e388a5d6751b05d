import { APIConnectionError, APIError, APIUserAbortError, type OpenAI } from 'openai'
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions'
import type { Exchange } from '../upstream/exchange.ts'
import type { Subject } from '../upstream/subject.ts'
import { rejected, unavailable } from '../upstream/upstream-error.ts'
import { readFinishReason } from './finish-reason.ts'
import type { TokenUsage } from './llm.ts'
import { readContextError } from './read-context-error.ts'
import { createThinkFilter } from './strip-think.ts'

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

/** One request and its answer, up to the piece that says it is whole. Throws what exchange.fail() classifies. */
export async function* streamAnswer(
  client: OpenAI,
  body: ChatCompletionCreateParamsStreaming,
  exchange: Exchange,
  subject: Subject,
  limits: TokenLimits,
): AsyncGenerator<AnswerPiece, void, void> {
  const { deadline } = exchange
  deadline.start(limits.firstTokenMs)
  const { data, response } = await client.chat.completions
    .create(body, { signal: deadline.signal })
    .withResponse()
    .catch((error: unknown) => {
      throw (error instanceof APIError ? readContextError(error.error, subject) : null) ?? error
    })
  if (/\b(html|json)\b/.test(response.headers.get('content-type') ?? '')) {
    throw rejected(subject, `does not answer with a stream: check ${subject.variables}_BASE_URL`, 'no stream')
  }

  const chunks = data[Symbol.asyncIterator]()
  const think = createThinkFilter()
  let finish: string | null = null
  let usage: TokenUsage | null = null
  let model: string | null = null
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => {
      if (isErrorEvent(error)) throw errorEvent(error, subject)
      // The answer is whole once it has a finish reason; only its usage is lost with the connection.
      if (finish === null) throw error
      return { done: true, value: undefined } as const
    })
    if (next.done) break
    const chunk: ChatCompletionChunk = next.value
    model ??= chunk.model || null
    usage = readUsage(chunk) ?? usage
    const choice = chunk.choices?.[0]
    finish = choice?.finish_reason ?? finish
    const delta: { content?: string | null; reasoning_content?: unknown; reasoning?: unknown } =
      choice?.delta ?? {}
    if (delta.content || delta.reasoning_content || delta.reasoning) {
      exchange.answered()
      deadline.start(limits.betweenTokensMs)
    }
    const text = think.push(delta.content ?? '')
    if (text !== '') {
      // A consumer that is slow to come back is not the upstream's delay.
      deadline.stop()
      yield { type: 'delta', text }
      deadline.start(limits.betweenTokensMs)
    }
  }
  // The SDK ends a stream quietly when it was aborted; an abort after the last token is still an abort.
  if (deadline.signal.aborted && !deadline.expired) throw deadline.signal.reason
  if (finish === null) {
    if (deadline.expired) throw deadline.signal.reason
    throw unavailable(subject, 'broke the answer off', { detail: 'stream without finish_reason' })
  }
  const finishReason = readFinishReason(finish, subject)
  const rest = think.end()
  if (rest !== '') yield { type: 'delta', text: rest }
  yield { type: 'end', finishReason, usage, model }
}

/** The SDK throws an error that the stream carries as an APIError without a status. */
function isErrorEvent(error: unknown): error is APIError {
  if (error instanceof APIConnectionError || error instanceof APIUserAbortError) return false
  return error instanceof APIError && error.status === undefined
}

function errorEvent(error: APIError, subject: Subject) {
  const tooLong = readContextError(error.error, subject)
  if (tooLong) return tooLong
  const payload = error.error as { code?: unknown; status_code?: unknown } | undefined
  const status = Number(payload?.status_code ?? payload?.code ?? Number.NaN)
  const ofRequest = status >= 400 && status < 500
  return unavailable(subject, 'broke the answer off with an error', {
    detail: Number.isNaN(status) ? 'error event' : `error event ${status}`,
    blamesAddress: !ofRequest,
  })
}

function readUsage({ usage }: ChatCompletionChunk): TokenUsage | null {
  if (typeof usage?.prompt_tokens !== 'number' || typeof usage.completion_tokens !== 'number') return null
  return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }
}
