import { expect, it } from 'vitest'
import { closable } from './closable.ts'

const never = new AbortController().signal

/** Yields once, then waits for its signal. */
async function* blocked(signal: AbortSignal): AsyncGenerator<string, void, void> {
  yield 'one'
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

it('return() ends a next() that is blocked, as done', async () => {
  const generator = closable(never, blocked)
  expect(await generator.next()).toEqual({ done: false, value: 'one' })
  const next = generator.next()
  expect(await generator.return()).toEqual({ done: true, value: undefined })
  expect(await next).toEqual({ done: true, value: undefined })
})

it('an abort of the signal is thrown', async () => {
  const caller = new AbortController()
  const generator = closable(caller.signal, blocked)
  await generator.next()
  const next = generator.next()
  caller.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
})

it('break aborts the signal', async () => {
  const seen: AbortSignal[] = []
  const body = (signal: AbortSignal) => {
    seen.push(signal)
    return blocked(signal)
  }
  for await (const _ of closable(never, body)) break
  expect(seen.map((signal) => signal.aborted)).toEqual([true])
})

it('return() before the first next() never starts the body', async () => {
  const generator = closable(never, blocked)
  await generator.return()
  expect(await generator.next()).toEqual({ done: true, value: undefined })
})
