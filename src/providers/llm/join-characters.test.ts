import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEscaped } from './escaped-bytes.ts'
import { createCharacterJoiner } from './join-characters.ts'

function join(pieces: readonly string[]): string {
  const joiner = createCharacterJoiner()
  return pieces.map((piece) => joiner.push(piece)).join('') + joiner.end()
}
const text = fc.string({ unit: 'binary' })

describe('a joiner of characters', () => {
  it('joins what was cut between bytes, wherever', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (whole, cuts) => {
        const bytes = Buffer.from(whole)
        const ends = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
        const pieces = ends.map((end, i) => decodeEscaped(bytes.subarray(ends[i - 1] ?? 0, end)))
        expect(join(pieces)).toBe(bytes.toString())
      }),
    )
  })

  it('joins what was cut between surrogates, and delivers only whole characters', () => {
    const joiner = createCharacterJoiner()
    expect(['a\ud83d', '\ude0ab'].map((piece) => joiner.push(piece))).toEqual(['a', '😊b'])
    expect(join(Array.from({ length: 4 }, (_, i) => 'x😊y'.charAt(i)))).toBe('x😊y')
  })

  it('passes on at once what is whole', () => {
    expect(createCharacterJoiner().push('ä😊')).toBe('ä😊')
  })

  it.each([
    ['a byte that begins nothing', [[0xff]]],
    ['a byte that continues nothing', [[0x61, 0x80]]],
    ['half a character, then another', [[0xf0, 0x9f], [0x61]]],
    ['half a character at the end', [[0xe2, 0x82]]],
    ['an overlong form', [[0xc0, 0xaf]]],
    ['a surrogate as bytes', [[0xed, 0xa0, 0x80]]],
  ])('refuses %s', (_, pieces) => {
    expect(() => join(pieces.map((bytes) => decodeEscaped(Buffer.from(bytes))))).toThrow(TypeError)
  })
})

it('decodes as Node does, where the bytes are UTF-8', () => {
  fc.assert(
    fc.property(
      text,
      (whole) => void expect(decodeEscaped(Buffer.from(whole))).toBe(Buffer.from(whole).toString()),
    ),
  )
})
