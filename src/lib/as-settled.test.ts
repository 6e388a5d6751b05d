import { expect, it } from 'vitest'
import { asSettled } from './as-settled.ts'

const never = new AbortController().signal

/** Tasks that settle when the test says, and reject when their signal aborts. */
function setUp(count: number) {
  const begun: number[] = []
  const aborted: number[] = []
  const ends = Array.from({ length: count }, () => Promise.withResolvers<number>())
  const tasks = ends.map((end, i) => (signal: AbortSignal) => {
    begun.push(i)
    signal.addEventListener('abort', () => {
      aborted.push(i)
      end.reject(signal.reason)
    })
    return end.promise
  })
  return { begun, aborted, tasks, end: (i: number) => ends[i]?.resolve(i), ends }
}

it('delivers in the order of completion', async () => {
  const { tasks, end } = setUp(3)
  const results = asSettled(tasks, 3, never)
  const first = results.next()
  for (const i of [2, 0, 1]) end(i)
  expect([(await first).value, (await results.next()).value, (await results.next()).value]).toEqual([2, 0, 1])
  expect(await results.next()).toEqual({ done: true, value: undefined })
})

it('begins no more than the consumer has room for', async () => {
  const { begun, tasks, end } = setUp(5)
  const results = asSettled(tasks, 2, never)
  const first = results.next()
  expect(begun).toEqual([0, 1])
  for (const i of [0, 1, 2, 3, 4]) end(i)
  expect((await first).value).toBe(0)
  await Promise.resolve()
  // 1 has finished, but is not taken: 2 takes the place of 0, and nothing that of 1.
  expect(begun).toEqual([0, 1])
  expect((await results.next()).value).toBe(1)
  expect(begun).toEqual([0, 1, 2])
  const rest = []
  for await (const value of results) rest.push(value)
  expect(rest).toEqual([2, 3, 4])
})

it('throws a rejection and ends the others', async () => {
  const { begun, aborted, tasks, ends } = setUp(4)
  const results = asSettled(tasks, 2, never)
  const first = results.next()
  ends[1]?.reject(new Error('boom'))
  await expect(first).rejects.toThrow('boom')
  expect(begun).toEqual([0, 1])
  expect(aborted).toContain(0)
  expect((await results.next()).done).toBe(true)
})

it('ends all when the consumer leaves, also while it waits', async () => {
  const { aborted, tasks } = setUp(2)
  const results = asSettled(tasks, 2, never)
  const waiting = results.next()
  await results.return()
  expect((await waiting).done).toBe(true)
  expect(aborted).toEqual([0, 1])
})

it("rejects with the signal's reason, with nothing left behind", async () => {
  const { aborted, tasks } = setUp(2)
  const caller = new AbortController()
  const first = asSettled(tasks, 2, caller.signal).next()
  const reason = new Error('enough')
  caller.abort(reason)
  await expect(first).rejects.toBe(reason)
  expect(aborted).toEqual([0, 1])
})

it('of no tasks is over at once', async () => {
  expect((await asSettled([], 2, never).next()).done).toBe(true)
})
