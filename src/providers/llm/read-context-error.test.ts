import { expect, it } from 'vitest'
import { FailureError } from '../../failure.ts'
import { ContextLengthError } from './context-length-error.ts'
import { readContextError } from './read-context-error.ts'

const subject = { upstream: 'llm', name: 'LLM', model: 'm', variables: 'LLM' } as const

it.each([
  [
    'vLLM, and OpenAI before',
    {
      error: {
        message:
          "This model's maximum context length is 2048 tokens. However, you requested 2100 tokens (2000 in the messages, 100 in the completion). Please reduce the length of the messages or completion.",
        type: 'BadRequestError',
        code: 400,
      },
    },
    2_000,
    2_048,
  ],
  [
    'older vLLM, without an envelope',
    {
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens. Please reduce the length of the input messages.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    5_000,
    4_096,
  ],
  [
    'vLLM, of the prompt',
    {
      error: { message: 'The decoder prompt (length 5000) is longer than the maximum model length of 4096.' },
    },
    null,
    null,
  ],
  [
    'vLLM, where the prompt leaves no room for an answer',
    { object: 'error', message: 'max_tokens must be at least 1, got -186.', code: 400 },
    null,
    null,
  ],
  [
    'OpenAI',
    {
      error: {
        message:
          "This model's maximum context length is 128000 tokens. However, your messages resulted in 130006 tokens. Please reduce the length of the messages.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
    130_006,
    128_000,
  ],
  [
    'llama.cpp',
    {
      error: {
        code: 400,
        message: 'the request exceeds the available context size. try increasing the context size',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 14_429,
        n_ctx: 8_192,
      },
    },
    14_429,
    8_192,
  ],
  ['Ollama', { error: 'the input length exceeds the context length' }, null, null],
  [
    'SGLang',
    {
      object: 'error',
      message: "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
    },
    5_000,
    4_096,
  ],
  [
    'Text Generation Inference',
    {
      error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048.',
      error_type: 'validation',
    },
    null,
    null,
  ],
  [
    'LM Studio',
    {
      error:
        'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens.',
    },
    null,
    4_096,
  ],
] as const)('knows the words of %s', (_, answer, promptTokens, contextTokens) => {
  const error = readContextError(answer, subject)
  expect(error).toBeInstanceOf(ContextLengthError)
  expect(error).toBeInstanceOf(FailureError)
  expect(error).toMatchObject({
    promptTokens,
    contextTokens,
    blamesAddress: false,
    failure: { code: 'UPSTREAM_REJECTED', retryable: false },
  })
  expect(error?.message).not.toMatch(/reduce|increasing|loaded/)
})

it.each([
  ['another mistake', { error: { message: 'The model `m` does not exist.', code: 'model_not_found' } }],
  ['a limit of tokens a minute', { error: { message: 'Rate limit reached: Limit 6000, Requested 9000' } }],
  ['the words in some other field', { error: { message: 'no', param: 'maximum context length' } }],
  ['nothing', null],
  ['a number', 400],
  ['an empty error', { error: null }],
])('takes %s for something else', (_, answer) => {
  expect(readContextError(answer, subject)).toBeNull()
})
