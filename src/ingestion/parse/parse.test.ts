import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FailureCode, FailureError } from '../../failure.ts'
import { parseBytes } from './parse.fixture.ts'
import { parseMarkdown as markdown } from './parse-markdown.ts'

const encode = (text: string) => new TextEncoder().encode(text)
/** kind and first line of each block */
const outline = (text: string) => {
  const parsed = markdown(text)
  return Array.from(parsed.blocks, ({ kind, start, end, level }) => [
    level ? `${kind} ${level}` : kind,
    parsed.text.slice(start, end),
  ])
}

async function failure(run: Promise<unknown>) {
  try {
    await run
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  throw new Error('It did not fail.')
}

describe('a source', () => {
  test('keeps its text but for the byte order mark and CRLF', async () => {
    expect(await parseBytes(encode('\ufeffOne  \r\n\r\n two\t\n'), 'text/plain')).toEqual({
      text: 'One  \n\n two\t\n',
      title: null,
      blocks: [
        { kind: 'paragraph', start: 0, end: 5 },
        { kind: 'paragraph', start: 7, end: 12 },
      ],
    })
  })

  test('of an unknown text type, with parameters and in capitals, is plain text', async () => {
    const { blocks } = await parseBytes(encode('# not a heading'), 'Text/X-Unknown; charset=utf-8')
    expect(blocks.map(({ kind }) => kind)).toEqual(['paragraph'])
  })

  test.each([
    ['application/x-nothing', encode('text'), FailureCode.UnsupportedType, /application\/x-nothing/],
    ['', encode('text'), FailureCode.UnsupportedType, /none/],
    ['text/plain', encode(''), FailureCode.Empty, /no text/],
    ['text/plain', encode(' \n\t\u00a0\u3000\r\n'), FailureCode.Empty, /no text/],
    ['text/plain', encode('\ufeff'), FailureCode.Empty, /no text/],
    ['text/markdown', encode('abc\0'), FailureCode.Unreadable, /position 3/],
    ['text/plain', Uint8Array.of(0x61, 0xc3, 0xa4, 0xff, 0x62), FailureCode.Unreadable, /byte 3 /],
    ['text/plain', Uint8Array.of(0x61, 0xe2, 0x82), FailureCode.Unreadable, /byte 1 /],
    ['text/plain', Uint8Array.of(0xed, 0xa0, 0x80), FailureCode.Unreadable, /byte 0 /],
    ['text/plain', Uint8Array.of(0xff, 0xfe, 0x61, 0x00, 0x00, 0x00), FailureCode.Unreadable, /position 1/],
    ['application/x-thing', encode('text'), FailureCode.UnsupportedType, /application\/x-thing/],
    ['text/html', encode('<p> </p><script>x</script>'), FailureCode.Empty, /no text/],
  ])('of type "%s" fails with its code: %#', async (mimeType, bytes, code, message) => {
    const found = await failure(parseBytes(bytes, mimeType))
    expect(found).toMatchObject({ code, retryable: false })
    expect(found.message).toMatch(message)
  })
})

describe('the encoding of a text', () => {
  test.each([
    ['UTF-16, little end first', [0xff, 0xfe, 0xe4, 0x00, 0x0d, 0x00, 0x0a, 0x00], 'ä\n'],
    ['UTF-16, big end first', [0xfe, 0xff, 0x30, 0x42], 'あ'],
    ['UTF-16 with half a surrogate pair', [0xff, 0xfe, 0x61, 0x00, 0x3d, 0xd8], 'a\ufffd'],
    [
      'windows-1252',
      [...'It', 0x92, ...'s na', 0xef, ...'ve and costs 5 ', 0x80],
      'It’s naïve and costs 5 €',
    ],
  ])('%s is recognised', async (_, units, text) => {
    const bytes = units.map((unit) => (typeof unit === 'string' ? unit.charCodeAt(0) : unit))
    expect((await parseBytes(Uint8Array.from(bytes), 'text/plain')).text).toBe(text)
  })
})

describe('the title of Markdown', () => {
  test.each([
    ['# First Steps { #first-steps }\n', 'First Steps'],
    ['## Sub\n\n# Later\n', 'Later'],
    ['---\ntitle: "A \\"quoted\\" one"\n---\n# Other\n', 'A "quoted" one'],
    ["---\nx: 1\ntitle: 'It''s' # comment\n---\n", "It's"],
    ['---\ntitle: >\n  folded\n---\n# Heading\n', 'Heading'],
    ['Setext *title*\n===\n', 'Setext title'],
    ['---\n\nA rule, no front matter.\n', null],
    ['```\n# a comment\n```\n', null],
    ['<!--\n# hidden\n-->\ntext\n', null],
    ['#\n\ntext', null],
    ['#hashtag', null],
  ])('%j is %j', (text, title) => {
    expect(markdown(text).title).toBe(title)
  })
})

describe('the blocks of Markdown', () => {
  test('are headings, paragraphs, code, tables and lists', () => {
    expect(
      outline(
        '# One #\npara\nmore\n```py\n# code\n\n```\nTwo\n---\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n- x\n\n  y\n1. z\n\nend',
      ),
    ).toEqual([
      ['heading 1', '# One #'],
      ['paragraph', 'para\nmore'],
      ['code', '```py\n# code\n\n```'],
      ['heading 2', 'Two\n---'],
      ['table', '| a | b |\n|---|:-:|\n| 1 | 2 |'],
      ['list', '- x\n\n  y\n1. z'],
      ['paragraph', 'end'],
    ])
  })

  test('a fence ends only at one as long, of its own character', () => {
    expect(outline('~~~~\n```\n~~~\n~~~~\nafter')).toEqual([
      ['code', '~~~~\n```\n~~~\n~~~~'],
      ['paragraph', 'after'],
    ])
    expect(outline('```\nnever closed\n\n# x')).toEqual([['code', '```\nnever closed\n\n# x']])
    expect(outline('```not` a fence\ntext')).toEqual([['paragraph', '```not` a fence\ntext']])
  })

  test('admonitions, HTML and quotes do no harm', () => {
    expect(outline('/// tip | Hint\n\ntext\n\n///\n\n!!! note\n    inside\n\n> quote')).toEqual([
      ['paragraph', '/// tip | Hint'],
      ['paragraph', 'text'],
      ['paragraph', '///'],
      ['paragraph', '!!! note\n    inside'],
      ['paragraph', '> quote'],
    ])
  })

  test('a table takes its head row from the paragraph above it', () => {
    expect(outline('intro\na|b\n-|-\n1|2')).toEqual([
      ['paragraph', 'intro'],
      ['table', 'a|b\n-|-\n1|2'],
    ])
  })

  test('a rule is not a list, and a hyphen below a blank line no heading', () => {
    expect(outline('text\n\n---\n\n* * *\n- - -\n\n---\nTwo\n---')).toEqual([
      ['paragraph', 'text'],
      ['paragraph', '---'],
      ['paragraph', '* * *'],
      ['paragraph', '- - -'],
      ['paragraph', '---'],
      ['heading 2', 'Two\n---'],
    ])
  })

  test('front matter is code, a comment a paragraph', () => {
    expect(outline('---\na: 1\n---\n<!-- # x\n\n-->\n# y')).toEqual([
      ['code', '---\na: 1\n---'],
      ['paragraph', '<!-- # x\n\n-->'],
      ['heading 1', '# y'],
    ])
    expect(outline('<!-- never closed\n\n# y').at(-1)).toEqual(['heading 1', '# y'])
  })

  test('are in order, apart, and leave out only white space, whatever the text', () => {
    const line = fc.constantFrom(
      '# a',
      '## b',
      'text',
      '```',
      '~~~',
      '---',
      '===',
      '|a|b|',
      '|-|-|',
      '- x',
      '1. y',
      '  in',
      '',
      ' ',
      '<!--',
      '-->',
      'é😀',
      '\t',
    )
    const text = fc.oneof(
      fc.array(line, { minLength: 1, maxLength: 30 }).map((lines) => lines.join('\n')),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(text, (source) => {
        fc.pre(/\S/.test(source) && !source.includes('\0'))
        const parsed = markdown(source)
        let at = 0
        for (const { start, end } of parsed.blocks) {
          expect(parsed.text.slice(at, start).trim()).toBe('')
          expect(start).toBeGreaterThanOrEqual(at)
          expect(parsed.text.slice(start, end).trim()).not.toBe('')
          at = end
        }
        expect(parsed.text.slice(at).trim()).toBe('')
      }),
      { numRuns: 500 },
    )
  })

  // The square of so much would take longer than a test may.
  test.each([
    ['comments without an end', '<!--\n'.repeat(200_000)],
    ['a heading of megabytes', `# ${'x'.repeat(5_000_000)}`],
    ['rules', '- '.repeat(2_000_000)],
    ['blank lines', `a${'\n'.repeat(2_000_000)}`],
    ['front matter without an end', `---\n${'a: b\n'.repeat(500_000)}`],
  ])('%s take linear time', (_, text) => {
    expect(markdown(text)).toBeTruthy()
  })
})
