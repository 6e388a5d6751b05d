import { describe, expect, test } from 'vitest'
import { decodeText, textPieces } from './decode-text.ts'

const line = 'Ein Zeichen “ä” und 𝄞, 漢字\r\n'
const western = 'Ein Zeichen \u201cä\u201d zu 5 \u20ac\r\n'
const windows1252 = (text: string) =>
  Buffer.from(
    text.replaceAll('\u201c', '\x93').replaceAll('\u201d', '\x94').replaceAll('\u20ac', '\x80'),
    'latin1',
  )

describe('a long text in pieces is what it is whole', () => {
  test.each<[string, string, (text: string) => Buffer]>([
    ['UTF-8', line, (text) => Buffer.from(text)],
    ['UTF-8 with a byte order mark', line, (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', line, (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['windows-1252', western, windows1252],
    ['carriage returns only', '\r', (text) => Buffer.from(text)],
    ['line ends only', '\r\n', (text) => Buffer.from(text)],
  ])('%s', (_, text, encode) => {
    // So many that pieces end at each place of the line.
    const whole = `${'x'.repeat(7)}${text.repeat(Math.ceil(3_000_000 / text.length))}end`
    const expected = whole.replaceAll('\r\n', '\n')
    const pieces = [...textPieces(encode(whole))]
    expect(pieces.length).toBeGreaterThan(5)
    expect(pieces.join('') === expected).toBe(true)
    expect(decodeText(encode(whole)) === expected).toBe(true)
    expect(Math.min(...pieces.slice(0, -1).map(({ length }) => length))).toBeGreaterThan(40_000)
  })
})

test('a NUL character is told by its place in the whole', () => {
  const bytes = Buffer.from(`${'ä\r\n'.repeat(500_000)}\0`)
  expect(() => decodeText(bytes)).toThrow('position 1500000')
})
