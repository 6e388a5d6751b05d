import { describe, expect, it } from 'vitest'
import { defaultUpstreamLimits } from './limits.ts'
import { retryDelay } from './retry.ts'
import { readRetryAfter } from './retry-after.ts'
import { rejected, unavailable } from './upstream-error.ts'

const subject = { upstream: 'llm', name: 'LLM', model: 'm', variables: 'LLM' } as const
const failed = (retryAfterMs: number | null = null) =>
  unavailable(subject, 'x', { detail: 'x', retryAfterMs })

describe('the wait before a retry', () => {
  it('doubles, with jitter in its upper half, up to a limit', () => {
    const limits = { ...defaultUpstreamLimits, retries: 10 }
    const waits = (random: number) =>
      [0, 1, 2, 9].map((attempt) => retryDelay(limits, attempt, failed(), () => random))
    expect(waits(0)).toEqual([125, 250, 500, 4_000])
    expect(waits(1)).toEqual([250, 500, 1_000, 8_000])
  })

  it('is at least what Retry-After asks for', () => {
    expect(retryDelay(defaultUpstreamLimits, 0, failed(5_000))).toBe(5_000)
  })

  it('is none after the last retry, for what is not retryable, and for a Retry-After too far off', () => {
    expect(retryDelay(defaultUpstreamLimits, 3, failed())).toBeNull()
    expect(retryDelay(defaultUpstreamLimits, 0, rejected(subject, 'x', 'x'))).toBeNull()
    expect(retryDelay(defaultUpstreamLimits, 0, failed(30_001))).toBeNull()
  })
})

describe('Retry-After', () => {
  const read = (value?: string) =>
    readRetryAfter(new Headers(value === undefined ? {} : { 'retry-after': value }), Date.UTC(2026, 0, 1))
  it.each([
    ['2', 2_000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:00:03 GMT', 3_000],
    ['Thu, 01 Jan 2025 00:00:00 GMT', 0],
    ['soon', null],
    [undefined, null],
  ])('%s is %s ms', (value, expected) => {
    expect(read(value)).toBe(expected)
  })
})
