import { expect, test, vi } from 'vitest'
import { uuidV7 } from './uuid-v7.ts'

test('ids are version 7, distinct, and in the order they were made, also when the clock is set back', () => {
  const ids = Array.from({ length: 20_000 }, uuidV7)
  const now = Date.now()
  using clock = vi.spyOn(Date, 'now').mockReturnValue(now - 60_000)
  ids.push(...Array.from({ length: 10_000 }, uuidV7))
  clock.mockReturnValue(now + 60_000)
  ids.push(uuidV7())
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(uuidV7().replaceAll('-', '').slice(0, 12), 16)).toBe(now + 60_000)
})
