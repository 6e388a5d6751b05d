import { expect, test } from 'vitest'
import { createBells } from './bells.ts'

const open = new AbortController().signal

test('an ear hears what is rung for its key, also before it listens', async () => {
  const bells = createBells()
  using ear = bells.listen('a')
  bells.ring('a')
  await ear.next(open, 60_000)
  const next = ear.next(open, 60_000)
  bells.ring('b')
  bells.ringAll()
  await next
})

test('an ear gives up at once when its signal aborts, and after its time', async () => {
  const bells = createBells()
  using ear = bells.listen('a')
  const controller = new AbortController()
  const next = ear.next(controller.signal, 60_000)
  controller.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
  await expect(ear.next(controller.signal, 60_000)).rejects.toThrow('enough')
  await ear.next(open, 1)
})
