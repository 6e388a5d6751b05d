import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions'
import type { GenerationRequest } from './llm.ts'

/**
 * The body of POST /chat/completions. `max_tokens`, not its successor `max_completion_tokens`: every compatible server
 * knows the former.
 */
export function requestBody(model: string, request: GenerationRequest): ChatCompletionCreateParamsStreaming {
  const { messages, maxTokens, temperature } = request
  return {
    model: request.model ?? model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }
}
