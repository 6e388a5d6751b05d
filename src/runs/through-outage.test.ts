import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { identified, throughOutage } from './through-outage.ts'

const running = new AbortController().signal
const outage = () => Object.assign(new Error('terminating connection'), { code: '57P01' })

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** Fails so often, then succeeds; each attempt takes `ms`. */
const failing = (times: number, ms = 0) => {
  const work = vi.fn(async () => {
    vi.advanceTimersByTime(ms)
    if (work.mock.calls.length <= times) throw outage()
    return 'done'
  })
  return work
}

test('what an outage stopped is repeated until it is done', async () => {
  const work = failing(2)
  expect(await throughOutage(running, work)).toBe('done')
  expect(work).toHaveBeenCalledTimes(3)
})

test('what took long before it first failed has its time from then on', async () => {
  const work = failing(1, 60_000)
  expect(await throughOutage(running, work)).toBe('done')
})

test('the outage is told where it lasts', async () => {
  const work = failing(9, 6_000)
  await expect(throughOutage(running, work)).rejects.toThrow('terminating connection')
  expect(work).toHaveBeenCalledTimes(3)
})

test('what is no outage is not repeated, and nothing is where the process stops', async () => {
  const refused = vi.fn(() => Promise.reject(new Error('refused')))
  await expect(throughOutage(running, refused)).rejects.toThrow('refused')
  expect(refused).toHaveBeenCalledTimes(1)
  const stopped = failing(1)
  await expect(throughOutage(AbortSignal.abort(), stopped)).rejects.toThrow('terminating connection')
  expect(stopped).toHaveBeenCalledTimes(1)
})

test('a request without an id gets one, and each another', () => {
  const [one, two] = [identified({ requestId: null }), identified({ requestId: null })]
  expect(one.requestId).toMatch(/^own:/)
  expect(one.requestId).not.toBe(two.requestId)
  expect(identified({ requestId: 'theirs' })).toEqual({ requestId: 'theirs' })
})
