import { describe, expect, it } from 'vitest'
import { type Address, createAddress } from './address.ts'
import { createCircuit } from './circuit.ts'
import { pickAddress } from './pick-address.ts'

const tried = new Set<Address>()
const limits = { failuresToOpen: 1, openMs: 60_000, maxOpenMs: 60_000 }
const make = (count: number): Address[] =>
  Array.from({ length: count }, (_, i) =>
    createAddress(`http://llm-${i}:8000/v1`, () => createCircuit(limits)),
  )
const conversations = Array.from(
  { length: 3_000 },
  (_, i) => `0192f0c1-7000-7000-8000-${String(i).padStart(12, '0')}`,
)
const favourites = (addresses: readonly Address[]) =>
  conversations.map((affinity) => pickAddress(addresses, { tried, affinity }))

describe('affinity', () => {
  it('keeps a conversation at its address, whoever asks and in whatever turn', () => {
    const first = make(3)
    const other = make(3).reverse()
    for (const affinity of conversations.slice(0, 50)) {
      const label = pickAddress(first, { tried, affinity })?.label
      expect(pickAddress(other, { tried, affinity, turn: 2 })?.label).toBe(label)
    }
  })

  it('spreads conversations evenly', () => {
    const addresses = make(3)
    const picked = favourites(addresses)
    for (const address of addresses) {
      const share = picked.filter((one) => one === address).length / conversations.length
      expect(share).toBeGreaterThan(0.28)
      expect(share).toBeLessThan(0.39)
    }
  })

  it('moves only the conversations of an address that goes', () => {
    const addresses = make(4)
    const before = favourites(addresses)
    const gone = addresses[1] as Address
    gone.health = 'down'
    const after = favourites(addresses)
    for (const [i, address] of before.entries()) {
      if (address !== gone) expect(after[i]).toBe(address)
      else expect(after[i]).not.toBe(gone)
    }
  })

  it('passes over an address that has more than a quarter and two more than the least', () => {
    const addresses = make(2)
    const favourite = pickAddress(addresses, { tried, affinity: 'a' }) as Address
    const other = addresses.find((address) => address !== favourite) as Address
    other.inFlight = 8
    favourite.inFlight = 12
    expect(pickAddress(addresses, { tried, affinity: 'a' })).toBe(favourite)
    favourite.inFlight = 13
    expect(pickAddress(addresses, { tried, affinity: 'a' })).toBe(other)
  })
})

describe('the load', () => {
  it('is what the address reports, and what has become of ours since', () => {
    const [a, b] = make(2) as [Address, Address]
    a.report = { running: 5, waiting: 0, ownThen: 3 }
    a.inFlight = 3
    b.inFlight = 4
    expect(pickAddress([a, b], { tried })).toBe(b)
    // Ours at a have ended since it reported.
    a.inFlight = 1
    expect(pickAddress([a, b], { tried })).toBe(a)
  })

  it.each<[string, Partial<Address>, boolean]>([
    ['nothing', {}, false],
    ['as many as it may have', { inFlight: 10 }, true],
    ['as many of others', { report: { running: 8, waiting: 2, ownThen: 0 } }, true],
    ['a short queue', { report: { running: 2, waiting: 7, ownThen: 0 } }, false],
    ['a queue half as long as what it works on', { report: { running: 100, waiting: 50, ownThen: 0 } }, true],
    ['a queue that is small beside that', { report: { running: 100, waiting: 49, ownThen: 0 } }, false],
    [
      'a queue that ours have lengthened since',
      { report: { running: 4, waiting: 4, ownThen: 1 }, inFlight: 5 },
      true,
    ],
    ['a pause', { pausedUntil: Number.POSITIVE_INFINITY }, true],
    ['a pause that is over', { pausedUntil: 0 }, false],
  ])('of an address with %s makes it full or not', (_, state, full) => {
    const [address] = make(1) as [Address]
    Object.assign(address, state)
    const maxInFlight = state.report && state.report.running > 8 ? 1_000 : 10
    expect(pickAddress([address], { tried, maxInFlight })).toBe(full ? null : address)
  })
})

describe('among addresses', () => {
  it('one that is down is asked only where there is no other', () => {
    const [a, b] = make(2) as [Address, Address]
    a.health = 'down'
    b.inFlight = 50
    expect(pickAddress([a, b], { tried })).toBe(b)
    expect(pickAddress([a], { tried })).toBe(a)
    expect(pickAddress([a, b], { tried: new Set([b]) })).toBe(a)
  })

  it('one whose circuit is open is not asked', () => {
    const [a, b] = make(2) as [Address, Address]
    a.circuit.enter().fail()
    expect(pickAddress([a, b], { tried: new Set([b]) })).toBe(b)
    expect(pickAddress([a], { tried })).toBeNull()
    a.circuit.probeNow()
    expect(pickAddress([a], { tried })).toBe(a)
  })
})
