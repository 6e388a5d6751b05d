import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markersOf } from '../grounding/markers.ts'
import { cutText, filtered } from './filtered.fixture.ts'
import { createMarkerFilter } from './marker-filter.ts'

const known = new Set([1, 2])
const left = (text: string) => filtered(createMarkerFilter(known), [text])
const unknownIn = (text: string) =>
  markersOf(text).flatMap((span) => span.markers.filter((n) => !known.has(n)))

const pieces = [
  'Oslo',
  ' is old',
  '.',
  ', ',
  ' ',
  '\n',
  '\n\n',
  '[1]',
  ' [2]',
  '[9]',
  ' [9]',
  '[1, 9]',
  '[1-3]',
  '【8】',
  '【9†source】',
  '[Passage 7]',
  '[1984]',
  '[0]',
  '[',
  ']',
  '`',
  '``',
  '```',
  '~~~',
  '```js\n',
  '\n```\n',
  '`a[9]`',
  '](x)',
  '(',
  '[9]: http',
  '[?]',
  'x'.repeat(299),
]

describe('a marker filter', () => {
  it.each([
    ['It is old [9].', 'It is old.'],
    ['It is old.[9] And big.', 'It is old. And big.'],
    ['It is old [9] and big [1].', 'It is old and big [1].'],
    ['It is old [8][9], [7] yes', 'It is old, yes'],
    ['It is old [8] [9].', 'It is old.'],
    ['It is old [9][1].', 'It is old [1].'],
    ['[9] It is old.\n[9] Yes\n- [9] Yes', 'It is old.\nYes\n- Yes'],
    ['Old [9]\nBig [9]', 'Old\nBig'],
    ['Old [1, 9], big [1-3], new [9-11]', 'Old [1], big [1, 2], new'],
    ['古い【9】。大きい【1】', '古い。大きい【1】'],
    ['See [Passage 9] and [source 2]', 'See and [source 2]'],
    ['[9]', ''],
    ['Nested [[9]8]', 'Nested [[?]8]'],
  ])('makes of %j %j', (text, expected) => expect(left(text)).toBe(expected))

  it.each([
    'In [1984] he wrote [1], and list[0] and [x] [ ] [see] and [^1].',
    'Call `a[9]` or ``b[8]``\n\n```\nc[7] [1-9]\n```\nEnd [2].',
    '~~~\nnever closed [9]\n',
    'A [link](https://a.example/[9]x) [1].',
    'Trailing blanks  \n  and [',
  ])('leaves %j as it is', (text) => {
    const expected = text.replace('[9]x', 'x')
    expect(left(text)).toBe(expected)
  })

  it('counts what it left out', () => {
    const filter = createMarkerFilter(known)
    filtered(filter, ['Old [9]', '[1, 8].'])
    expect(filter.removed).toEqual([9, 8])
  })

  it('gives the same for any cut, and leaves no marker that names no passage', () => {
    fc.assert(
      fc.property(cutText(pieces), ({ text, cuts }) => {
        const filter = createMarkerFilter(known)
        const out = filtered(filter, [text])
        expect(filtered(createMarkerFilter(known), cuts)).toBe(out)
        expect(unknownIn(out)).toEqual([])
        expect(filter.removed.filter((n) => known.has(n))).toEqual([])
        if (filter.removed.length === 0) expect(out).toBe(text)
        else expect(out).not.toBe(text)
      }),
      { numRuns: 30_000 },
    )
  })

  it('holds back no more than it must, of any text', () => {
    fc.assert(
      fc.property(cutText(pieces), ({ text }) => {
        const filter = createMarkerFilter(known)
        let fed = 0
        let given = 0
        for (const char of text) {
          fed += char.length
          given += filter.feed(char).length
          const gone = filter.removed.length * 500
          expect(fed - given - gone).toBeLessThan(1_100)
        }
      }),
      { numRuns: 100 },
    )
    const prose = 'The tower, finished in 1889, is 300 metres tall'
    const filter = createMarkerFilter(known)
    for (const char of prose)
      if (char !== ' ') expect(filter.feed(char)).toContain(char)
      else expect(filter.feed(char)).toBe('')
  })
})
