import { expect, test, vi } from 'vitest'
import { uuidV7, uuidV7After } from './uuid-v7.ts'

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

test('an id comes after one that a faster clock made, however often', () => {
  const now = Date.now()
  const ahead = `${(now + 60_000)
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7ffe-8000-000000000000`
  const ids = [ahead]
  for (let made = 0; made < 5_000; made += 1) ids.push(uuidV7After(ids.at(-1) ?? ''))
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids.slice(1)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/)
  expect(uuidV7() < ahead).toBe(true)
})
