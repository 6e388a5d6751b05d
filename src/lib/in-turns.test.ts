import { expect, test } from 'vitest'
import { inTurns } from './in-turns.ts'

test('resolves with what the work returns, and lets others have their turn meanwhile', async () => {
  let turns = 0
  let isDone = false
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  function* steps() {
    // However fast the machine is: until others had theirs.
    while (turns < 3) yield
    return 'done'
  }
  expect(await inTurns(steps())).toBe('done')
  isDone = true
})

test('rejects with what the work throws', async () => {
  function* steps() {
    yield
    throw new Error('broken')
  }
  await expect(inTurns(steps())).rejects.toThrow('broken')
})
