import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type AdaptiveGate, createAdaptiveGate, type GatePlace } from './adaptive-gate.ts'

const never = new AbortController().signal
const overloaded = (retryAfterMs: number | null = null) => ({ kind: 'overloaded', retryAfterMs }) as const

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function setUp(places = 8) {
  const changes: number[] = []
  const gate = createAdaptiveGate({
    places,
    backoffMs: 100,
    maxBackoffMs: 300,
    maxHoldMs: 10_000,
    onChange: (allowed) => changes.push(allowed),
    random: () => 1,
  })
  return { gate, changes }
}

/** Asks for places; those that were given are in the list by the next await. */
function ask(gate: AdaptiveGate, count: number): GatePlace[] {
  const given: GatePlace[] = []
  for (let i = 0; i < count; i += 1) void gate.enter(never).then((place) => given.push(place))
  return given
}

const settle = () => vi.advanceTimersByTimeAsync(0)

it('lets in as many as are allowed, and the others in their order', async () => {
  const { gate } = setUp(2)
  const entered: number[] = []
  const enters = [0, 1, 2, 3].map(async (i) => {
    const place = await gate.enter(never)
    entered.push(i)
    return place
  })
  await settle()
  expect(entered).toEqual([0, 1])
  const second = await enters[1]
  second?.leave({ kind: 'failed' })
  second?.leave({ kind: 'failed' })
  await settle()
  expect(entered).toEqual([0, 1, 2])
})

it('halves what is allowed, once for those that went out together, and never to nothing', async () => {
  const { gate, changes } = setUp(8)
  const given = ask(gate, 8)
  await settle()
  for (const place of given) place.leave(overloaded(0))
  expect(changes).toEqual([4])
  for (const expected of [2, 1, 1]) {
    const [place] = await Promise.all([gate.enter(never), settle()])
    place.leave(overloaded(0))
    expect(gate.allowed).toBe(expected)
  }
})

it('rises by one after a streak of successes, to where it began', async () => {
  const { gate, changes } = setUp(3)
  const once = async (verdict: Parameters<GatePlace['leave']>[0]) => (await gate.enter(never)).leave(verdict)
  await once(overloaded(0))
  await once({ kind: 'ok' })
  await once(overloaded(0))
  expect(changes).toEqual([1])
  for (let i = 0; i < 30; i += 1) await once({ kind: 'ok' })
  expect(changes).toEqual([1, 2, 3])
})

it('holds newcomers back for as long as Retry-After says', async () => {
  const { gate } = setUp()
  const [first] = await Promise.all([gate.enter(never), settle()])
  first.leave(overloaded(5_000))
  const given = ask(gate, 2)
  await vi.advanceTimersByTimeAsync(4_999)
  expect(given).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(2)
  expect(given).toHaveLength(2)
})

it('holds them back for no longer than it is set to', async () => {
  const { gate } = setUp()
  const [first] = await Promise.all([gate.enter(never), settle()])
  first.leave(overloaded(86_400_000))
  const given = ask(gate, 1)
  await vi.advanceTimersByTimeAsync(10_001)
  expect(given).toHaveLength(1)
})

it('holds them back longer with each overload in a row that says nothing', async () => {
  const { gate } = setUp()
  for (const hold of [100, 200, 300, 300]) {
    const given = ask(gate, 1)
    await settle()
    given[0]?.leave(overloaded())
    const next = ask(gate, 1)
    await vi.advanceTimersByTimeAsync(hold - 1)
    expect(next).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(2)
    expect(next).toHaveLength(1)
    next[0]?.leave({ kind: 'failed' })
  }
})

it('loses no place to who leaves the line, and keeps no timer for nobody', async () => {
  const { gate } = setUp(1)
  const [first] = await Promise.all([gate.enter(never), settle()])
  const caller = new AbortController()
  const waiting = gate.enter(caller.signal)
  first.leave(overloaded(5_000))
  expect(vi.getTimerCount()).toBe(1)
  caller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(gate.enter(caller.signal)).rejects.toThrow('enough')
  expect(vi.getTimerCount()).toBe(0)
  const given = ask(gate, 1)
  await vi.advanceTimersByTimeAsync(5_001)
  expect(given).toHaveLength(1)
})
