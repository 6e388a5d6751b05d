import { EventEmitter, on, once } from 'node:events'
import type { GenerationEvent, GenerationRequest, Llm } from '../providers/llm/llm.ts'

/** One call of generate(), led by the test. */
export interface LlmCall {
  readonly request: GenerationRequest
  readonly signal: AbortSignal
  say(text: string): void
  end(finishReason?: 'STOP' | 'LENGTH'): void
  fail(error: Error): void
  readonly aborted: Promise<unknown>
}

export interface ScriptedLlm extends Llm {
  readonly calls: LlmCall[]
  /** The next call that has not been taken yet, when it comes. */
  call(): Promise<LlmCall>
}

const usage = { promptTokens: 10, completionTokens: 5 }

/** With `answers`, call n gets the nth at once, word by word; without, the test leads each call. */
export function scriptedLlm(answers: readonly string[] = []): ScriptedLlm {
  const calls: LlmCall[] = []
  const news = new EventEmitter()
  let taken = 0
  return {
    model: 'scripted',
    calls,
    async call() {
      while (calls.length <= taken) await once(news, 'call')
      const call = calls[taken]
      taken += 1
      if (!call) throw new Error('unreachable')
      return call
    },
    async *generate(request, signal) {
      const wire = new EventEmitter()
      const events = on(wire, 'event', { signal })
      const send = (event: GenerationEvent | Error) => wire.emit('event', event)
      const call: LlmCall = {
        request,
        signal,
        say: (text) => send({ type: 'delta', text }),
        end: (finishReason = 'STOP') => send({ type: 'end', finishReason, usage }),
        fail: send,
        aborted: once(signal, 'abort'),
      }
      calls.push(call)
      const answer = answers[calls.length - 1]
      if (answer !== undefined) {
        for (const word of answer.split(/(?<= )/)) call.say(word)
        call.end()
      }
      news.emit('call')
      for await (const [event] of events as AsyncIterable<[GenerationEvent | Error]>) {
        if (event instanceof Error) throw event
        yield event
        if (event.type === 'end') return
      }
    },
  }
}
