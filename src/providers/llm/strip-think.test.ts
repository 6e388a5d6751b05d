import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createThinkFilter } from './strip-think.ts'

function filter(pieces: readonly string[]): string {
  const think = createThinkFilter()
  return pieces.map((piece) => think.push(piece)).join('') + think.end()
}

it.each([
  ['<think>a</think>b', 'b'],
  ['\n <think>a</think>\n\nb c', 'b c'],
  ['<think></think>b', 'b'],
  ['<think>a < b </thin k></think>c', 'c'],
  ['<think>never closed', ''],
  ['no block', 'no block'],
  ['  indented', '  indented'],
  ['<thin', '<thin'],
  ['<b>bold</b>', '<b>bold</b>'],
  ['It writes <think>x</think> here', 'It writes <think>x</think> here'],
  ['<think>a</think>b <think>c</think>', 'b <think>c</think>'],
  ['', ''],
])('%j becomes %j, however it is cut', (text, expected) => {
  expect(filter([text])).toBe(expected)
  expect(filter(Array.from(text))).toBe(expected)
  const cuts = fc.array(fc.nat(text.length))
  fc.assert(
    fc.property(cuts, (at) => {
      const ends = [0, ...at, text.length].sort((a, b) => a - b)
      expect(filter(ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end)))).toBe(expected)
    }),
  )
})

it('delivers text at once when it cannot be a block', () => {
  expect(createThinkFilter().push('H')).toBe('H')
})
