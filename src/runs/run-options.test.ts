import { expect, test } from 'vitest'
import { defaultRunOptions } from './run-options.ts'

test('the runs of a process that died are taken over within 5 s, and those of a slow one are not', () => {
  const { leaseMs, renewMs, sweepMs } = defaultRunOptions
  expect(leaseMs + sweepMs).toBeLessThan(5_000)
  // Two renewals may fail.
  expect(leaseMs).toBeGreaterThan(3 * renewMs)
})
