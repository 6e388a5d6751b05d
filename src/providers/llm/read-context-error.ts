import type { Subject } from '../upstream/subject.ts'
import { ContextLengthError } from './context-length-error.ts'

/** Of an error's words: more than any server needs to say it. */
const readLength = 4_096

/**
 * How servers say that a prompt is too long, in lower case: codes first, then words. There is no standard, and vLLM
 * alone has had five wordings.
 */
const signs: readonly string[] = [
  // OpenAI, Groq, llama-cpp-python, vLLM's router.
  'context_length_exceeded',
  // llama.cpp.
  'exceed_context_size_error',
  'available context size',
  'context size has been exceeded',
  // LiteLLM.
  'contextwindowexceedederror',
  'context_window_exceeded',
  // vLLM, OpenAI, DeepSeek, Mistral, OpenRouter.
  'maximum context length',
  // vLLM and SGLang: "the model's context length is only 4096 tokens", "longer than the model's context length".
  "model's context length",
  'longer than the maximum model length',
  'too long to fit into the model',
  'max_tokens must be at least 1, got -',
  // Ollama.
  'exceeds the context length',
  'exceeds context length',
  // OpenAI, llama-cpp-python.
  'exceeds the context window',
  'exceed context window',
  // LM Studio; the order of its words is its own.
  'when context the overflows',
  'context length of only',
  // Text Generation Inference.
  '`max_new_tokens` must be <=',
  // Anthropic and Gemini, behind their compatible addresses.
  'prompt is too long',
  'exceeds the maximum number of tokens',
]

const contextPattern = /context (?:length|size|window)[^\d]{0,40}(\d{1,9})/
const promptPatterns: readonly RegExp[] = [
  /(\d{1,9}) (?:tokens )?(?:in|from) the (?:input )?messages/,
  /(\d{1,9}) input tokens/,
  /resulted in (\d{1,9}) tokens/,
  /(?:input|prompt|request|tokens) \((\d{1,9})/,
  /(?:prompt|request) (?:contains|has) (\d{1,9})/,
]

/** What an error answer of a server comes to, or null where it is about something else. Any shape is taken. */
export function readContextError(answer: unknown, subject: Subject): ContextLengthError | null {
  const error = errorOf(answer)
  const words = wordsOf(error)
  if (!signs.some((sign) => words.includes(sign))) return null
  const counts = (error ?? {}) as { readonly n_prompt_tokens?: unknown; readonly n_ctx?: unknown }
  return new ContextLengthError(subject, {
    promptTokens: whole(counts.n_prompt_tokens) ?? firstMatch(promptPatterns, words),
    contextTokens: whole(counts.n_ctx) ?? firstMatch([contextPattern], words),
  })
}

/** `{"error": {…}}` of OpenAI, `{"error": "…"}` of Ollama, and older vLLM's error without an envelope. */
function errorOf(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer
  return 'error' in answer && answer.error ? answer.error : answer
}

function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error.slice(0, readLength).toLowerCase()
  if (typeof error !== 'object' || error === null) return ''
  const { code, type, message } = error as Readonly<Record<string, unknown>>
  return [code, type, message]
    .filter((part) => typeof part === 'string')
    .map((part) => part.slice(0, readLength))
    .join(' ')
    .toLowerCase()
}

function firstMatch(patterns: readonly RegExp[], words: string): number | null {
  for (const pattern of patterns) {
    const found = pattern.exec(words)?.[1]
    if (found !== undefined) return Number(found)
  }
  return null
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
