import { APIConnectionError, OpenAI } from 'openai'
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions'
import type { Subject } from '../upstream/subject.ts'
import { type OpenedStream, openStream } from './open-stream.ts'
import { readRefusal } from './read-refusal.ts'

/** What the SDK would else take from the environment is given: only config.ts reads that. */
export function createClient(baseURL: string, apiKey: string | null): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    // Retries and deadlines are the upstream's: the SDK's would not move to another address nor count in its circuit.
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    defaultHeaders: { accept: 'text/event-stream', ...(apiKey === null ? { authorization: null } : {}) },
  })
}

/**
 * A completion that the SDK asks for and we read: its own reader drops the error of servers without an envelope, makes
 * replacement characters of what is no UTF-8, and gathers an event without end.
 * @throws what the network or the server refused it with; the signal's reason
 */
export async function openCompletion(
  client: OpenAI,
  body: ChatCompletionCreateParamsStreaming,
  subject: Subject,
  signal: AbortSignal,
): Promise<OpenedStream> {
  let stream: OpenedStream | undefined
  const fetch = async (url: unknown, { headers, body: text }: RequestInit = {}) => {
    stream = await openStream({
      url: new URL(String(url)),
      headers: Object.fromEntries(new Headers(headers)),
      body: String(text),
      signal,
    })
    const refusal = await readRefusal(stream.answer, subject)
    if (refusal) throw refusal
    return new Response(null)
  }
  try {
    await client.withOptions({ fetch }).chat.completions.create(body).asResponse()
  } catch (error) {
    signal.throwIfAborted()
    // The SDK's word for whatever fetch threw.
    throw error instanceof APIConnectionError && error.cause ? error.cause : error
  }
  if (!stream) throw new Error('The SDK asked for nothing')
  return stream
}
