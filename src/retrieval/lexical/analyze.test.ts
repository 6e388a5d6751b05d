import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analysisOf, analyze } from './analyze.ts'

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
    ['a path of a million names', 'a/'.repeat(1_000_000)],
    ['one line of ten megabytes', 'The tower, '.repeat(900_000)],
    // Quadratic time would be hours: what is tested is that it ends at all.
  ])('%s take linear time', { timeout: 60_000 }, (_, text) => {
    expect(analyze(text).length).toBeLessThanOrEqual(text.length)
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

describe('languages', () => {
  test.each([
    ['de', 'Häuser', 'Haus'],
    ['de', 'Häuser', 'hauser'],
    ['de', 'verpflichtungen', 'Verpflichtung'],
    ['fr', 'élevées', 'élevé'],
    ['fr', 'nationales', 'national'],
    ['es', 'canciones', 'cancion'],
    ['it', 'università', 'universita'],
    ['pt', 'informações', 'informação'],
    ['nl', 'boeken', 'boek'],
    ['sv', 'flickorna', 'flicka'],
    ['no', 'husene', 'huset'],
    ['da', 'bøgerne', 'bøger'],
    ['fi', 'taloissa', 'talot'],
    ['hu', 'házakban', 'ház'],
    ['ro', 'relațiilor', 'relaţii'],
    ['tr', 'KAPI', 'kapı'],
    ['tr', 'evlerinde', 'ev'],
    ['ru', 'книгами', 'книга'],
    ['el', 'ανθρώπων', 'άνθρωπος'],
    ['ar', 'الكتاب', 'كتاب'],
    ['hi', 'किताबें', 'किताब'],
    ['en', 'résumés', 'resume'],
    [null, 'ανθρώπων', 'άνθρωπος'],
    [null, 'connections', 'connection'],
    ['ja', 'connections', 'connection'],
  ])('%s: %s is found by %s', (language, one, other) => {
    expect(analyze(one, language)).toEqual(analyze(other, language))
  })

  test.each([
    ['pl', 'książkami', 'książka'],
    ['pl', 'biblioteka', 'BIBLIOTEK'],
    ['uk', 'бібліотеками', 'бібліотека'],
    ['bg', 'градовете', 'градове'],
    ['et', 'raamatukogus', 'raamatukogude'],
    ['bn', 'বাংলাদেশের', 'বাংলাদেশ'],
  ])('of %s, which has no stemmer, %s is found by %s', (language, one, other) => {
    expect(analyze(one, language)).toEqual(analyze(other, language))
  })

  test('the words of a language without a stemmer are no other language’s', () => {
    // English would take these for forms of one word.
    expect(analyze('dotes', 'pl')).not.toEqual(analyze('doted', 'pl'))
  })

  test('a name keeps its end, whatever the language', () => {
    expect(analyze('max_connection_pool_size', 'pl')).toContain('maxconnectionpoolsize')
    expect(analyze('getUserProfile', 'pl')).toContain('getuserprofile')
    expect(analyze('E0308123', 'pl')).toContain('e0308123')
  })

  test('a Vietnamese syllable keeps its last letter', () => {
    expect(analyze('nghiêng', 'vi')).not.toEqual(analyze('nghiên', 'vi'))
  })

  test.each([
    ['de', 'Müller', 'Mueller'],
    ['de', 'Küchen', 'Kueche'],
    ['de', 'Äpfel', 'AEPFEL'],
    ['de', 'größer', 'groesser'],
    ['ar', 'المدينة', 'المدينه'],
    ['ar', 'مستشفى', 'مستشفي'],
  ])('in %s, %s is also written %s', (language, one, other) => {
    expect(analyze(one, language)).toEqual(analyze(other, language))
  })

  test.each(['Bauer', 'Quelle', 'Steuer'])('the ue of %s is no ü', (word) => {
    expect(analyze(word, 'de')).not.toEqual(analyze(word.replace('ue', 'ü'), 'de'))
  })

  test('any word of any of them gives a term', () => {
    const languages = fc.constantFrom(
      ...[
        'ca',
        'cs',
        'da',
        'de',
        'en',
        'es',
        'eu',
        'fi',
        'fr',
        'ga',
        'hu',
        'id',
        'it',
        'lt',
        'nl',
        'no',
        'pt',
      ],
      ...['ro', 'sl', 'sv', 'tr', 'ru', 'sr', 'el', 'ar', 'hi', 'ne', 'ta', 'hy', 'pl', 'xx'],
    )
    const word = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          'a',
          'e',
          'i',
          'y',
          's',
          'ş',
          'ı',
          'é',
          'ő',
          'ß',
          'ы',
          'ь',
          'σ',
          'ό',
          'ا',
          'ة',
          'ि',
          'क',
          'ா',
          'க',
        ),
        fc.constantFrom('յ', 'ու', 'ћ', 'n', 't', 'l'),
      ),
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(word, languages, (text, language) => {
        for (const term of analyze(text, language)) expect(term).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })

  test('an excerpt between spaces has no terms that its text has not, in the same language', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'getUser()',
        'src/main.ts',
        'v1.2.3-rc.4',
        '東京タワー',
        '1,000.5',
        "l'homme",
        'C++17',
        'Häuser,',
      ),
      fc.string({ maxLength: 8 }),
    )
    const pieces = fc.array(piece, { maxLength: 8 })
    fc.assert(
      fc.property(pieces, pieces, pieces, fc.constantFrom(null, 'de', 'ja'), (a, b, c, language) => {
        const all = new Set(analyze([...a, ...b, ...c].join('\n'), language))
        const { characters } = analysisOf([...a, ...b, ...c].join('\n'), language)
        for (const character of characters) all.add(character)
        for (const term of analyze(b.join('\n'), language)) expect(all).toContain(term)
      }),
      { numRuns: 500 },
    )
  })
})

describe('compound names', () => {
  const writings = (...names: string[]) => names.map((name) => [name, names] as const)
  test.each([
    ...writings(
      'err_conn_reset',
      'ERR_CONN_RESET',
      'errConnReset',
      'ErrConnReset',
      'err-conn-reset',
      'err.conn.reset',
    ),
    ...writings('ORA-00942', 'ora-00942', 'ORA_00942', 'ORA00942'),
    ...writings('E0308', 'e0308', 'E-0308'),
    ...writings('utf-8', 'UTF8', 'utf_8'),
    ...writings('1.2.3', 'v1.2.3', 'V1.2.3', 'release-1.2.3'),
    ...writings('3.11', 'python3.11', 'Python-3.11'),
    ...writings('src/retrieval/fuse.ts', 'src\\retrieval\\fuse.ts', '/src/retrieval/fuse.ts'),
    ...writings('std::vector', 'std/vector', 'StdVector'),
    ...writings('TCP/IP', 'tcp-ip', 'tcpip'),
    ...writings('c++', 'C++', 'C++17'),
  ])('%s is found in its other writings', (name, others) => {
    const asked = analyze(name)
    for (const other of others) {
      const has = new Set(analyze(`before ${other} after`))
      expect(asked.filter((term) => has.has(term)).length, other).toBeGreaterThan(0)
    }
  })

  test.each([
    'getUserName',
    'max_tokens',
    'ERR_CONN_RESET',
    'src/main.ts',
    'v1.2.3',
    'os.path.join',
    'E0308',
  ])('the whole of %s says more than its parts beside each other', (name) => {
    const whole = new Set(analyze(name))
    const parts = new Set(analyze(name.split(/[^a-zA-Z\d]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=\d)/).join(' ')))
    expect([...whole].some((term) => !parts.has(term))).toBe(true)
  })
})
