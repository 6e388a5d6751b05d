import type { Llm } from '../providers/llm/llm.ts'

/** Answers every call with the same text, and ends each when it is told to. */
export interface HeldLlm extends Llm {
  /** Lets one of the calls that are held go on; false where none is. */
  release(index: number): boolean
  /** Lets all go on, also those to come. */
  open(): void
}

export function heldLlm(answer: string): HeldLlm {
  const held = new Set<() => void>()
  let opened = false
  const release = (index: number) => {
    const one = [...held][index % held.size]
    one?.()
    return one !== undefined
  }
  return {
    model: 'held',
    release,
    open() {
      opened = true
      while (release(0));
    },
    async *generate(_request, signal) {
      const middle = Math.ceil(answer.length / 2)
      yield { type: 'delta', text: answer.slice(0, middle) }
      if (!opened) await holding(held, signal)
      yield { type: 'delta', text: answer.slice(middle) }
      yield { type: 'end', finishReason: 'STOP', usage: null }
    },
  }
}

function holding(held: Set<() => void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const goOn = () => {
    held.delete(goOn)
    signal.removeEventListener('abort', leave)
    resolve()
  }
  const leave = () => {
    held.delete(goOn)
    reject(signal.reason)
  }
  held.add(goOn)
  signal.addEventListener('abort', leave, { once: true })
  return promise
}
