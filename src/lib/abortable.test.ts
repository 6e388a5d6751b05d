import { expect, test } from 'vitest'
import { abortable } from './abortable.ts'
import { delay } from './delay.ts'
import { onSettled } from './on-settled.ts'

function blockedSource(signal: AbortSignal, log: string[]) {
  return (async function* () {
    try {
      yield 1
      await delay(3_600_000, signal)
    } finally {
      log.push(signal.aborted ? 'ended after abort' : 'ended without abort')
    }
  })()
}

test('return() aborts first and resolves when the finally block has run', async () => {
  const controller = new AbortController()
  const log: string[] = []
  const stream = abortable(blockedSource(controller.signal, log), controller)
  expect(await stream.next()).toEqual({ done: false, value: 1 })
  const pending = stream.next()
  expect(await stream.return()).toEqual({ done: true, value: undefined })
  expect(log).toEqual(['ended after abort'])
  expect(await pending).toEqual({ done: true, value: undefined })
})

test('an abort from outside ends a pending next(), even of a source that ignores it', async () => {
  const controller = new AbortController()
  const deaf = (async function* () {
    await new Promise(() => undefined)
    yield 1
  })()
  const stream = abortable(deaf, controller)
  const pending = stream.next()
  controller.abort()
  expect(await pending).toEqual({ done: true, value: undefined })
  expect(await stream.next()).toEqual({ done: true, value: undefined })
})

test('a failure before the abort is passed on', async () => {
  const failing = (async function* (): AsyncGenerator<number> {
    yield 1
    throw new Error('broken')
  })()
  const stream = abortable(failing, new AbortController())
  await stream.next()
  await expect(stream.next()).rejects.toThrow('broken')
})

test('a stream that nobody began to read is settled when it is returned', async () => {
  const controller = new AbortController()
  const log: string[] = []
  const source = onSettled(blockedSource(controller.signal, log), { settled: () => log.push('settled') })
  await abortable(source, controller).return()
  expect(log).toEqual(['settled'])
})
