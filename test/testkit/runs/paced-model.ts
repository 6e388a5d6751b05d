import { setTimeout as delay } from 'node:timers/promises'
import { answer } from '../upstream/chat.ts'
import type { Behaviour, RecordedRequest } from '../upstream/fake-call.ts'
import { answerOf } from './logbook.ts'

/** One request for an answer. */
export interface Attempt {
  readonly text: string
  /** Sent to its end. */
  readonly complete: boolean
  readonly request: RecordedRequest
}

export interface PacedModel {
  readonly behaviour: Behaviour
  /** In the order in which they came. */
  attempts(question: string): readonly Attempt[]
  /** Sent so far, in all answers. */
  readonly pieces: number
  /** Resolves when it has sent so many. */
  sent(pieces: number): Promise<void>
  /** Of the answers from now on: so long between two pieces. */
  pace(ms: number): void
}

/** A model that writes its answers word by word, each attempt at one in words of its own. */
export function pacedModel(paceMs: number): PacedModel {
  const attempts = new Map<string, Attempt[]>()
  let pause = paceMs
  let pieces = 0
  let waiting: { pieces: number; resolve: () => void }[] = []
  const count = () => {
    pieces += 1
    for (const each of waiting) if (each.pieces <= pieces) each.resolve()
    waiting = waiting.filter((each) => each.pieces > pieces)
  }
  return {
    get pieces() {
      return pieces
    },
    attempts: (question) => attempts.get(question) ?? [],
    sent(target) {
      if (target <= pieces) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push({ pieces: target, resolve })
      return promise
    },
    pace(ms) {
      pause = ms
    },
    async behaviour(call) {
      const question = questionIn(call.request.body)
      const before = attempts.get(question) ?? []
      const text = answerOf(question, before.length + 1)
      const attempt = { text, complete: false, request: call.request }
      attempts.set(question, [...before, attempt])
      const ms = pause
      const write = async (data: string | Uint8Array) => {
        await call.wait(delay(ms))
        await call.write(data)
        count()
      }
      await answer(text)({ ...call, write })
      attempt.complete = !call.request.aborted
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the body of a request, as the project sent it
function questionIn({ messages }: any): string {
  const found = /^Question: (.*)$/m.exec(messages.at(-1).content)?.[1]
  if (!found) throw new Error(`A request without a question: ${JSON.stringify(messages)}`)
  return found
}
