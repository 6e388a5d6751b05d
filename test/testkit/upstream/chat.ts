import { readFile } from 'node:fs/promises'
import type { Behaviour, FakeCall } from './fake-call.ts'
import type { Gate } from './gate.ts'

export interface AnswerOptions {
  /** Cuts the text into the chunks of the stream. Without it, words with the space before them. */
  readonly split?: (text: string) => readonly string[]
  /** Stops before the chunk of that number, counted from 0, until the test opens the gate. */
  readonly gates?: Readonly<Record<number, Gate>>
  /** Null ends the stream without one. */
  readonly finishReason?: string | null
  /** False leaves the usage chunk out. */
  readonly usage?: boolean
  /** False ends the stream without [DONE]. */
  readonly done?: boolean
  /** After that many chunks of text: the connection breaks, the server falls silent, or sends this event. */
  readonly breakAfter?: {
    readonly chunks: number
    readonly how: 'hang-up' | 'stall' | { readonly event: string }
  }
  /** Streamed as reasoning_content before the answer. */
  readonly reasoning?: readonly string[]
}

// biome-ignore lint/suspicious/noExplicitAny: the body of the request, as the client sent it
export type AnswerText = string | ((body: any) => string)

/** Streams a text as an OpenAI-compatible server does: role, chunks, finish reason, usage, [DONE]. */
export function answer(text: AnswerText, options: AnswerOptions = {}): Behaviour {
  return async (call) => {
    const { body } = call.request
    const whole = typeof text === 'string' ? text : text(body)
    const pieces = options.split?.(whole) ?? words(whole)
    const chunk = (fields: object) =>
      event({
        id: 'chatcmpl-fake',
        object: 'chat.completion.chunk',
        created: 1,
        model: body.model,
        ...fields,
      })
    const delta = (fields: object, finish: string | null = null) =>
      chunk({ choices: [{ index: 0, delta: fields, finish_reason: finish }] })

    startStream(call)
    await call.write(delta({ role: 'assistant', content: '' }))
    for (const reasoning of options.reasoning ?? []) await call.write(delta({ reasoning_content: reasoning }))
    for (const [i, piece] of pieces.entries()) {
      if (options.breakAfter?.chunks === i) return breakOff(call, options.breakAfter.how)
      const gate = options.gates?.[i]
      if (gate && !(await call.wait(gate.pass()))) return
      await call.write(delta({ content: piece }))
    }
    if (options.breakAfter) return breakOff(call, options.breakAfter.how)
    const { finishReason = 'stop' } = options
    if (finishReason !== null) await call.write(delta({}, finishReason))
    if (options.usage !== false && body.stream_options?.include_usage) {
      const usage = { prompt_tokens: 7, completion_tokens: pieces.length, total_tokens: 7 + pieces.length }
      await call.write(chunk({ choices: [], usage }))
    }
    call.response.end(options.done === false ? '' : 'data: [DONE]\n\n')
  }
}

/** A recorded stream, byte for byte; in pieces of `chunkBytes`, which cut through lines and characters. */
export function replay(file: string, { chunkBytes = Number.POSITIVE_INFINITY } = {}): Behaviour {
  return async (call) => {
    const bytes = await readFile(file)
    startStream(call)
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      await call.write(bytes.subarray(at, at + chunkBytes))
    }
    call.response.end()
  }
}

async function breakOff(call: FakeCall, how: NonNullable<AnswerOptions['breakAfter']>['how']): Promise<void> {
  if (how === 'hang-up') return call.hangUp()
  if (how === 'stall') return call.request.over
  await call.write(how.event)
  call.response.end()
}

function startStream({ response }: FakeCall): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.flushHeaders()
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

function words(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?/g) ?? []
}
