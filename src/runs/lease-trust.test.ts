import { expect, test } from 'vitest'
import { createLeaseTrust } from './lease-trust.ts'

function setUp() {
  let time = 0
  const trust = createLeaseTrust({ leaseMs: 4_000, now: () => time })
  return {
    trust,
    heardAt(at: number) {
      time = at
      trust.heard()
      return { inExpiry: trust.inExpiry, unbrokenMs: trust.unbrokenMs }
    },
  }
}

test('an expired lease tells nothing before the database has answered for half a lease', () => {
  const { trust, heardAt } = setUp()
  expect(trust.inExpiry).toBe(false)
  // However long it takes to answer at all: an outage may have been before.
  expect(heardAt(60_000)).toEqual({ inExpiry: false, unbrokenMs: 0 })
  expect(heardAt(61_900).inExpiry).toBe(false)
  expect(heardAt(62_000)).toEqual({ inExpiry: true, unbrokenMs: 2_000 })
})

test('an expired lease tells nothing for a whole one after the database was away', () => {
  const { heardAt } = setUp()
  for (let at = 0; at < 10_000; at += 500) heardAt(at)
  expect(heardAt(9_900).inExpiry).toBe(true)
  expect(heardAt(12_000)).toEqual({ inExpiry: false, unbrokenMs: 0 })
  for (let at = 12_500; at < 16_000; at += 500) expect(heardAt(at).inExpiry).toBe(false)
  expect(heardAt(16_000)).toEqual({ inExpiry: true, unbrokenMs: 4_000 })
})
