import { expect, test } from 'vitest'
import { firstIllFormed } from './unicode.ts'

test.each([
  ['', null],
  ['plain, 東京, 😀', null],
  ['a\0b', 'NUL'],
  ['\ud83d', 'lone surrogate'],
  ['\ude00\ud83d', 'lone surrogate'],
])('%j: %s', (text, problem) => {
  expect(firstIllFormed(text)).toBe(problem)
})
