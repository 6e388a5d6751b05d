import { UpstreamFault } from '../upstream/faults.ts'
import type { Subject } from '../upstream/subject.ts'
import { type UpstreamError, unavailable } from '../upstream/upstream-error.ts'
import type { ServerEvent } from './event-reader.ts'
import { createCharacterJoiner } from './join-characters.ts'
import type { TokenUsage } from './llm.ts'
import { readContextError } from './read-context-error.ts'
import { createThinkFilter } from './strip-think.ts'

/** What the events of one answer came to so far. */
export interface AnswerReader {
  /** The answer text of an event, possibly empty. @throws UpstreamError for an error event and for what is no chunk */
  read(event: ServerEvent): string
  /** The text that was held back. */
  end(): string
  /** Whether the model has said anything, be it to itself. */
  readonly begun: boolean
  /** Whether [DONE] came: the server has nothing more to say. */
  readonly done: boolean
  readonly finish: string | null
  readonly usage: TokenUsage | null
  readonly model: string | null
}

/** What is read of a chunk; servers leave out and add what they like. */
interface Chunk {
  readonly error?: unknown
  readonly model?: unknown
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null
  readonly choices?:
    | readonly ({ readonly finish_reason?: unknown; readonly delta?: Delta | null } | null)[]
    | null
}

interface Delta {
  readonly content?: unknown
  readonly reasoning_content?: unknown
  readonly reasoning?: unknown
}

export function createAnswerReader(subject: Subject): AnswerReader {
  const think = createThinkFilter()
  const joiner = createCharacterJoiner()
  let begun = false
  let done = false
  let finish: string | null = null
  let usage: TokenUsage | null = null
  let model: string | null = null

  const malformed = (detail: string) =>
    unavailable(subject, 'sent what is no answer', { detail, fault: UpstreamFault.Malformed })
  const joined = (work: () => string): string => {
    try {
      return work()
    } catch {
      throw malformed('no UTF-8')
    }
  }

  return {
    read({ name, data }) {
      if (done || data.trim() === '') return ''
      if (data.trim() === '[DONE]') {
        done = true
        return ''
      }
      const chunk = parse(data)
      if (name === 'error' || (isObject(chunk) && chunk.error)) throw errorEvent(chunk, subject, begun)
      if (!isObject(chunk)) throw malformed('no JSON object in an event')
      if (typeof chunk.model === 'string' && chunk.model !== '') model ??= chunk.model
      usage = readUsage(chunk) ?? usage
      const choice = Array.isArray(chunk.choices) ? chunk.choices[0] : null
      if (typeof choice?.finish_reason === 'string' && choice.finish_reason !== '')
        finish = choice.finish_reason
      const { content, reasoning_content, reasoning } = choice?.delta ?? {}
      const text = textOf(content)
      if (text !== '' || reasoning_content || reasoning || Array.isArray(content)) begun = true
      return text === '' ? '' : think.push(joined(() => joiner.push(text)))
    },
    end: () => think.push(joined(() => joiner.end())) + think.end(),
    get begun() {
      return begun
    },
    get done() {
      return done
    },
    get finish() {
      return finish
    },
    get usage() {
      return usage
    },
    get model() {
      return model
    },
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Chunk {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text, or parts of which those that are text count: Mistral sends its reasoning beside it in the same field. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part) => (part?.type === 'text' && typeof part.text === 'string' ? part.text : ''))
    .join('')
}

function readUsage({ usage }: Chunk): TokenUsage | null {
  if (typeof usage?.prompt_tokens !== 'number' || typeof usage.completion_tokens !== 'number') return null
  return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }
}

/** An error as an event of its own (Groq) or inside a chunk (OpenRouter), after HTTP 200. */
function errorEvent(chunk: unknown, subject: Subject, begun: boolean): UpstreamError {
  const tooLong = begun ? null : readContextError(chunk, subject)
  if (tooLong) return tooLong
  const error = (isObject(chunk) && chunk.error) || chunk
  const { status_code, code } = (error ?? {}) as { readonly status_code?: unknown; readonly code?: unknown }
  const status = Number(status_code ?? code ?? Number.NaN)
  return unavailable(subject, 'broke the answer off with an error', {
    detail: Number.isInteger(status) ? `error event ${status}` : 'error event',
    fault: UpstreamFault.ErrorEvent,
    // An error of the request, be it one that a second try may not meet.
    blamesAddress: !(status >= 400 && status < 500),
  })
}
