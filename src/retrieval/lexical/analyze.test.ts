import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyze } from './analyze.ts'

describe('words', () => {
  test('are lower-cased, stemmed and kept in order with repetitions', () => {
    expect(analyze('The dogs were running, the DOG ran.')).toEqual([
      'the',
      'dog',
      'were',
      'run',
      'the',
      'dog',
      'ran',
    ])
  })

  test.each([
    ['Café', 'CAFE'],
    ['naïve', 'nai\u0308ve'],
    ['ＦＡＳＴ', 'fast'],
    ['ﬁle', 'file'],
    ['Straße', 'STRASSE'],
    ['İstanbul', 'istanbul'],
    ['Østergård', 'ostergard'],
    ['co\u00adoperate', 'cooperate'],
    ['Αθήνα', 'ΑΘΗΝΑ'],
    ['كِتَاب', 'كتاب'],
    ['ёлка', 'елка'],
    ['Москва\u0301', 'москва'],
    ['книгами', 'книга'],
    ['٢٠٢٤', '2024'],
    ['๒๕๖๗', '2567'],
    ['२०२४', '2024'],
    ['don’t', "don't"],
    ['the cat’s tail', 'the cat tail'],
    ["they're", 'they'],
    ['Acme™', 'acme'],
  ])('%s is found by %s', (one, other) => {
    expect(analyze(one)).toEqual(analyze(other))
  })

  test('й is a letter and keeps its mark', () => {
    expect(analyze('йод')).not.toEqual(analyze('иод'))
  })

  test('a Devanagari vowel sign stays in its word', () => {
    expect(analyze('नमस्ते दुनिया', 'mr')).toEqual(['नमस्ते', 'दुनिया'])
  })

  test('an elided article leaves the noun findable', () => {
    expect(analyze("l'homme")).toEqual(expect.arrayContaining(analyze('homme')))
  })
})

describe('names and numbers', () => {
  test.each([
    ['max_tokens', ['max', 'token', 'maxtoken']],
    ['maxTokens', ['maxtoken', 'max', 'token']],
    ['max-tokens', ['max', 'token', 'maxtoken']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['HTTP2', ['http2', 'http', '2']],
    ['PDFs', ['pdfs', 'pdf']],
    ['IDs', ['id']],
    ['os.path', ['os', 'path', 'ospath']],
    ['__init__', ['init']],
    ['E-1234', ['e', '1234', 'e1234']],
    ['v1.2.3', ['v1', 'v', '1', '2', '3', 'v1.2.3', '1.2.3']],
    ['1,000', ['1', '000', '1000']],
    ['1,234.50', ['1', '234', '50', '1234.50']],
    ['U.S.', ['u', 's', 'us']],
    ['C++ and C#', ['c', 'c++', 'and', 'c', 'c#']],
    ['end. Next', ['end', 'next']],
    ['2024-01-15', ['2024', '01', '15', '2024-01-15']],
  ])('%s', (text, terms) => {
    expect(analyze(text)).toEqual(terms)
  })

  test('a name in lower case finds the name in camel case', () => {
    expect(analyze('getUsers')).toContain(analyze('getusers')[0])
  })

  test('1.23 and 12.3 differ', () => {
    expect(analyze('1.23')).not.toContain('12.3')
    expect(analyze('1.23').at(-1)).toBe('1.23')
  })
})

describe('scripts without spaces', () => {
  test('are indexed by bigrams, and a single character by itself', () => {
    expect(analyze('東京都 茶 FastAPIを使う')).toEqual([
      '東京',
      '京都',
      '茶',
      'fastapi',
      'fast',
      'api',
      'を使',
      '使う',
    ])
    expect(analyze('ภาษา')).toEqual(['ภา', 'าษ', 'ษา'])
    expect(analyze('한국어')).toEqual(['한국', '국어'])
    expect(analyze('ｶﾞｷﾞｸﾞ')).toEqual(['ガギ', 'ギグ'])
  })

  test('a character beyond the BMP is one character', () => {
    expect(analyze('𠀀𠀁𠀂')).toEqual(['𠀀𠀁', '𠀁𠀂'])
  })
})

describe('hostile text', () => {
  test('emoji alone have no terms', () => {
    expect(analyze('😀🎉👨‍👩‍👧🇩🇪1️⃣Ⓜ️👍🏽')).toEqual([])
  })

  test('a blob is one term of at most 64 units', () => {
    expect(analyze('aGVsbG8gd29ybGQgZm9v'.repeat(100))).toHaveLength(1)
    expect(analyze('x'.repeat(1_000_000))).toEqual(['x'.repeat(64)])
  })

  test.each([
    ['combining marks that NFKC would sort for minutes', `a${'\u0301\u0323'.repeat(500_000)}`],
    ['a number with a million groups', `1${',000'.repeat(1_000_000)}`],
    ['lone surrogates', '\ud800'.repeat(1_000_000)],
    ['a name of a million parts', 'a.'.repeat(1_000_000)],
    ['underscores', '_'.repeat(1_000_000)],
  ])('%s take linear time', (_, text) => {
    const started = performance.now()
    analyze(text)
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  test('any string gives terms of 1 to 64 units, the same twice', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
      fc.string({
        unit: fc.constantFrom('ß', 'İ', 'ﷺ', "'", '.', '_', ',', '1', 'n', 't', 'A', '\u0301', '漢'),
      }),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const terms = analyze(text)
        for (const term of terms)
          expect(term.length).toSatisfy((length: number) => length > 0 && length <= 64)
        expect(analyze(text)).toEqual(terms)
      }),
      { numRuns: 1_000 },
    )
  })
})
