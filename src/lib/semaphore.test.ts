import { expect, it } from 'vitest'
import { createSemaphore } from './semaphore.ts'

const signal = new AbortController().signal

it('runs as many as it has places, and the others in their order', async () => {
  const semaphore = createSemaphore(2)
  const started: number[] = []
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
  const runs = ends.map((end, i) =>
    semaphore.run(signal, async () => {
      started.push(i)
      await end.promise
    }),
  )
  await Promise.resolve()
  expect(started).toEqual([0, 1])
  ends[1]?.resolve()
  await runs[1]
  expect(started).toEqual([0, 1, 2])
  for (const end of ends) end.resolve()
  await Promise.all(runs)
  expect(started).toEqual([0, 1, 2, 3])
})

it('gives the place back when the work fails', async () => {
  const semaphore = createSemaphore(1)
  await expect(semaphore.run(signal, () => Promise.reject(new Error('boom')))).rejects.toThrow('boom')
  expect(await semaphore.run(signal, async () => 'next')).toBe('next')
})

it('leaves the line when the signal aborts, and loses no place', async () => {
  const semaphore = createSemaphore(1)
  const first = Promise.withResolvers<void>()
  const held = semaphore.run(signal, () => first.promise)
  const caller = new AbortController()
  const waiting = semaphore.run(caller.signal, async () => 'never')
  caller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  first.resolve()
  await held
  expect(await semaphore.run(signal, async () => 'next')).toBe('next')
})
