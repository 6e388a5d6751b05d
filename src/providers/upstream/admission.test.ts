import { expect, test } from 'vitest'
import { createAddress } from './address.ts'
import { admit } from './admission.ts'
import { createCircuit } from './circuit.ts'
import { createWaitingLine } from './waiting-line.ts'

const forever = new AbortController().signal

function setUp(patienceMs = 60_000) {
  const address = createAddress('http://one.test', () =>
    createCircuit({ failuresToOpen: 1, openMs: 60_000, maxOpenMs: 60_000 }),
  )
  const line = createWaitingLine()
  const context = {
    addresses: [address],
    tried: new Set<typeof address>(),
    nextTurn: () => 0,
    pollMs: 10,
    occupancy: { maxInFlight: 1, patienceMs },
    line,
  }
  const order: string[] = []
  const call = async (name: string, signal = forever) => {
    const admission = await admit(context, {}, signal)
    order.push(typeof admission === 'string' ? `${name} ${admission}` : name)
    return admission
  }
  /** A call ends; nobody has been told yet. */
  const free = () => {
    address.inFlight -= 1
  }
  return { address, line, order, call, free }
}

test('a place is taken in the order of asking, also by who asks just when it becomes free', async () => {
  const { line, order, call, free } = setUp()
  await call('holder')
  const waiting = ['first', 'second', 'third'].map((name) => call(name))
  free()
  const late = call('late')
  line.tell()
  await waiting[0]
  for (const next of [waiting[1], waiting[2], late]) {
    free()
    line.tell()
    await next
  }
  expect(order).toEqual(['holder', 'first', 'second', 'third', 'late'])
})

test('who leaves the line hands the turn on', async () => {
  const { order, call, free } = setUp()
  await call('holder')
  const leaving = new AbortController()
  const left = call('left', leaving.signal)
  const next = call('next')
  free()
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  await next
  expect(order).toEqual(['holder', 'next'])
})

test('two places that become free at once are both taken', async () => {
  const { address, line, order, call } = setUp()
  await call('holder')
  const waiting = [call('first'), call('second')]
  const before = address.inFlight
  address.inFlight = before - 2
  line.tell()
  await Promise.all(waiting)
  expect(order).toEqual(['holder', 'first', 'second'])
})

test('a place that nobody told of is found by who waits first', async () => {
  const { order, call, free } = setUp()
  await call('holder')
  const waiting = [call('first'), call('second')]
  free()
  await waiting[0]
  free()
  await waiting[1]
  expect(order).toEqual(['holder', 'first', 'second'])
})

test('who has no patience is told that all are full, and holds nobody up', async () => {
  const { order, call, free, line } = setUp(0)
  await call('holder')
  await call('refused')
  free()
  line.tell()
  await call('served')
  expect(order).toEqual(['holder', 'refused full', 'served'])
})
