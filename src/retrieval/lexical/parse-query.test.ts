import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from './parse-query.ts'
import { canonicalText, holdsPhrase, phraseOf } from './phrase.ts'

const phrasesOf = (query: string) => parseQuery(query).phrases.map(({ canonical }) => canonical)
const holds = (text: string, phrase: string) => {
  const found = phraseOf(phrase)
  return found !== null && holdsPhrase(canonicalText(text), found)
}

describe('a query', () => {
  test.each([
    ['"connection reset by peer" timeout', ['connection reset by peer']],
    ['“curly ones” and „deutsche“ and „andere”', ['curly ones', 'deutsche', 'andere']],
    ['«ёлочки» »umgekehrt«', ['ёлочки', 'umgekehrt']],
    ['‹single›, ›inwards‹, ‟high” and ❝heavy❞', ['single', 'inwards', 'high', 'heavy']],
    ['〝日本〟と〝中国〞', ['日本', '中国']],
    ['「東京タワー」 『本』', ['東京タワー', '本']],
    ['"one" "one" "ONE"', ['one']],
    ['what does "TGIF?" mean', ['tgif']],
    ['an "open quote', []],
    ['a 5" disk and a 3" one', []],
    ['"" " " "!?"', []],
    ["it's the cats' 'food'", []],
  ])('%s has its phrases', (query, phrases) => {
    expect(phrasesOf(query)).toEqual(phrases)
  })

  test('keeps what ranks apart', () => {
    expect(parseQuery('slow "connection reset" timeout')).toMatchObject({
      rest: 'slow   timeout',
      text: 'slow  connection reset  timeout',
    })
  })

  // Each of these took a minute where every mark that opens was held against all that follows.
  test.each(['«»', '„“', '“”', '「」', '『』'])('of many %s takes linear time', ([open = '', close = '']) => {
    expect(phrasesOf(`${open.repeat(60_000)}${close}`)).toEqual([])
    expect(phrasesOf(`${open.repeat(60_000)}${close} ${open}a b${close}`)).toEqual(['a b'])
  })

  test('has a phrase that begins within empty quotes and ends behind them', () => {
    expect(phrasesOf('« „ » outside “')).toEqual(['outside'])
  })

  test('of a thousand quotes is text, and so is any other', () => {
    expect(phrasesOf('"'.repeat(1_000))).toEqual([])
    expect(phrasesOf('"„“«'.repeat(2_000))).toEqual([])
    expect(phrasesOf('"a b" '.repeat(1_000))).toHaveLength(1)
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', '“', '„', '«', '»', '「', 'a', ' ', '漢') }),
        (query) => {
          for (const { canonical } of parseQuery(query).phrases) expect(canonical).not.toBe('')
        },
      ),
    )
  })
})

describe('a phrase', () => {
  test.each([
    ['The connection RESET, by   peer.', 'connection reset by peer', true],
    ['connection was reset by peer', 'connection reset by peer', false],
    ['connection reset by peers', 'connection reset by peer', false],
    ['reconnection reset by peer', 'connection reset by peer', false],
    ['call os.path.join(a)', 'path.join', true],
    ['max_tokens = 5', 'max tokens', true],
    ['the cat’s tail', "cat's tail", true],
    ['私は東京タワーに行く', '東京タワー', true],
    ['今日は天気がいい', '今日は、天気', true],
    ['使うAPIキー', 'API キー', true],
    ['ไปโรงเรียนทุกวัน', 'โรงเรียน', true],
    ['Ü\u0308ber', 'ber', false],
    ['nai\u0308ve art', 'naïve ART', true],
    ['naive art', 'naïve art', false],
    ['🎉 party time 🎉', 'party time', true],
  ])('in %j: %j stands there: %s', (text, phrase, expected) => {
    expect(holds(text, phrase)).toBe(expected)
  })

  // Where each place was compared anew this took half a minute.
  test('that repeats itself is looked for in linear time', () => {
    const half = 'ab '.repeat(100_000)
    expect(holds('ab '.repeat(500_000), `${half}c ${half}`)).toBe(false)
    expect(holds(`ab ${half}${half}c ${half}ab`, `${half}c ${half}`)).toBe(true)
  })

  test('stands at the edges of words only, wherever else it overlaps itself', () => {
    expect(holds('a aa aaa', 'a a')).toBe(false)
    expect(holds('xa a a', 'a a')).toBe(true)
    expect(holds('xa a', 'a a')).toBe(false)
  })

  test('of neighbouring words of a text stands in it', () => {
    const words = fc.array(fc.constantFrom('Reset', 'E0308', 'naïve', '東京', 'a_b', '🎉', 'é', 'don’t', '—'))
    fc.assert(
      fc.property(words, words, words, (before, phrase, after) => {
        fc.pre(phraseOf(phrase.join(' ')) !== null)
        expect(holds([...before, ...phrase, ...after].join(' '), phrase.join(' '))).toBe(true)
      }),
    )
  })
})
