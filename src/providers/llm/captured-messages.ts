import type { ChatMessage } from './llm.ts'

/**
 * Messages as a span's attribute, for whoever asked for content in spans.
 * OpenTelemetry's semantic conventions for generative AI: gen_ai.input.messages and gen_ai.output.messages.
 */
export function capturedMessages(messages: readonly ChatMessage[], finishReason?: string): string {
  return JSON.stringify(
    messages.map(({ role, content }) => ({
      role,
      parts: [{ type: 'text', content }],
      ...(finishReason !== undefined && { finish_reason: finishReason }),
    })),
  )
}
