import { expect, test } from 'vitest'
import { UnauthenticatedError } from '../errors.ts'
import type { Caller } from './caller.ts'
import { rememberCallers, rememberedMs } from './remember-callers.ts'

const caller = (workspaceId: string): Caller => ({ workspaceId, scopes: ['READ'] })

/** Answers by what is in `valid`, and counts. */
function setUp() {
  const valid = new Set(['Bearer a', 'Bearer b'])
  const asked: (string | null)[] = []
  const clock = { now: 0 }
  const authenticate = rememberCallers(
    async (authorization) => {
      asked.push(authorization)
      if (authorization && valid.has(authorization)) return caller(authorization)
      throw new UnauthenticatedError('The API key is not valid')
    },
    () => clock.now,
  )
  return { valid, asked, clock, authenticate }
}

test('a valid key is asked for once in its life, and each by itself', async () => {
  const { asked, clock, authenticate } = setUp()
  const together = await Promise.all([authenticate('Bearer a'), authenticate('Bearer a')])
  expect(together).toEqual([caller('Bearer a'), caller('Bearer a')])
  clock.now = rememberedMs - 1
  expect(await authenticate('Bearer a')).toEqual(caller('Bearer a'))
  expect(await authenticate('Bearer b')).toEqual(caller('Bearer b'))
  expect(asked).toEqual(['Bearer a', 'Bearer b'])
})

test('a key that was revoked ends with its life', async () => {
  const { valid, clock, authenticate } = setUp()
  await authenticate('Bearer a')
  valid.delete('Bearer a')
  clock.now = rememberedMs
  await expect(authenticate('Bearer a')).rejects.toThrow(UnauthenticatedError)
})

test('a life counts from before the database was asked', async () => {
  const { promise, resolve } = Promise.withResolvers<Caller>()
  const clock = { now: 0 }
  let asked = 0
  const authenticate = rememberCallers(
    () => {
      asked += 1
      return promise
    },
    () => clock.now,
  )
  const first = authenticate('Bearer a')
  clock.now = rememberedMs
  const second = authenticate('Bearer a')
  resolve(caller('x'))
  await Promise.all([first, second])
  expect(asked).toBe(2)
})

test('what is refused is asked for each time', async () => {
  const { asked, valid, authenticate } = setUp()
  await expect(authenticate(null)).rejects.toThrow(UnauthenticatedError)
  await expect(authenticate('Bearer c')).rejects.toThrow(UnauthenticatedError)
  valid.add('Bearer c')
  expect(await authenticate('Bearer c')).toEqual(caller('Bearer c'))
  expect(asked).toEqual([null, 'Bearer c', 'Bearer c'])
})

test('many keys do not grow it without end', async () => {
  const asked = new Map<string, number>()
  const authenticate = rememberCallers(
    async (authorization) => {
      asked.set(authorization ?? '', (asked.get(authorization ?? '') ?? 0) + 1)
      return caller('x')
    },
    () => 0,
  )
  for (let number = 0; number <= 1_000; number++) await authenticate(`Bearer ${number}`)
  await authenticate('Bearer 1000')
  expect(asked.get('Bearer 1000')).toBe(1)
  await authenticate('Bearer 0')
  expect(asked.get('Bearer 0')).toBe(2)
})
