import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shortened, visibleText, widthOf } from './visible-text.ts'
import { WordWrap } from './word-wrap.ts'

const wrapped = (pieces: readonly string[], columns = 12, indent = '') => {
  const wrap = new WordWrap(columns, indent)
  return pieces.map((piece) => wrap.push(piece)).join('') + wrap.end()
}

test('lines break between words, keep line ends, and are indented', () => {
  expect(wrapped(['The run goes on after it.\n\nTruly.'], 14, '  ')).toBe(
    '  The run goes\n  on after it.\n\n  Truly.',
  )
})

test('how a text is cut into pieces changes nothing', () => {
  const words = fc.array(fc.constantFrom('stream', ' ', 'a', '\n', '接続', '🪵', '[1].'), { maxLength: 40 })
  fc.assert(
    fc.property(words, (pieces) => {
      const whole = wrapped([pieces.join('')])
      expect(wrapped(pieces)).toBe(whole)
      expect(whole.replaceAll(/\s/g, '')).toBe(pieces.join('').replaceAll(/\s/g, ''))
    }),
  )
})

test('scripts without spaces break anywhere, and take two columns a character', () => {
  const lines = wrapped(['接続が切れても続く'], 8).split('\n')
  expect(lines).toEqual(['接続が切', 'れても続', 'く'])
  expect(widthOf('接続')).toBe(4)
})

test('what is too long ends in an ellipsis, and control characters are taken out', () => {
  expect(shortened('a passage', 5)).toBe('a pa…')
  expect(shortened('接続が切れ', 6)).toBe('接続…')
  expect(visibleText('a\u001b[2Jb\u202ec\r\n')).toBe('abc\n')
})
