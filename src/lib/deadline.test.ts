import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDeadline } from './deadline.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('aborts when the limit that was started last runs out', () => {
  const deadline = createDeadline(new AbortController().signal)
  deadline.start(10)
  vi.advanceTimersByTime(9)
  deadline.start(20)
  vi.advanceTimersByTime(19)
  expect(deadline.signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' })
  expect(deadline.expired).toBe(true)
})

it('does not run while it is stopped', () => {
  const deadline = createDeadline(new AbortController().signal)
  deadline.start(10)
  deadline.stop()
  vi.advanceTimersByTime(1_000)
  expect(deadline.signal.aborted).toBe(false)
})

it('aborts with its parent, for the parent’s reason, and has not expired', () => {
  const parent = new AbortController()
  const reason = new Error('enough')
  const deadlines = [createDeadline(parent.signal)]
  parent.abort(reason)
  deadlines.push(createDeadline(parent.signal))
  for (const deadline of deadlines) {
    deadline.start(10)
    expect(deadline.signal.reason).toBe(reason)
    expect(deadline.expired).toBe(false)
  }
  expect(vi.getTimerCount()).toBe(0)
})

it('aborts what runs under it when it is disposed, and leaves no timer', () => {
  const deadline = createDeadline(new AbortController().signal)
  deadline.start(10)
  deadline[Symbol.dispose]()
  expect(deadline.signal.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
