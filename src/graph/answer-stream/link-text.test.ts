import { describe, expect, it } from 'vitest'
import { addressEnd, destinationEnd } from './link-text.ts'

describe('the end of an address', () => {
  it.each([
    ['https://a.example/b c', 19],
    ['https://a.example/(b)c)d', 22],
    ['https://a.example/[b]c]d', 22],
    ['https://a.example"', 17],
    ['https://a.example\u00a0b', 17],
    ['https://a.example\u3000b', 17],
    ['https://a.example\u0085b', 17],
    ['https://a.example/日本', 20],
  ])('of %j is at %i', (text, end) => expect(addressEnd(text, 0, 1_000)).toBe(end))

  it.each([
    ['a(b)c)d', 5],
    ['a[b]c"d e', 7],
    ['a\u2028b', 1],
  ])('of the destination %j is at %i', (text, end) => expect(destinationEnd(text, 0, 1_000)).toBe(end))

  // Each "](" of a text begins a destination: without a bound they would look at all of the text together, squared.
  it('is looked for no further than an address may be long', () => {
    for (const text of ['a'.repeat(5_000), '('.repeat(5_000), ']('.repeat(2_500)]) {
      expect(destinationEnd(text, 10, 1_000)).toBe(1_010)
    }
    expect(addressEnd('('.repeat(5_000), 10, 1_000)).toBe(1_010)
  })
})
