import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAsWritten } from '../parse/parse.ts'
import type { ParsedDocument } from '../parse/parsed-document.ts'
import { chunkDocument } from './chunk.ts'
import { expectSound } from './sound.fixture.ts'
import { estimateTokens } from './token-estimate.ts'

function parse(text: string, mimeType = 'text/markdown'): ParsedDocument {
  const parsed = parseAsWritten(text, mimeType)
  if (!parsed) throw new Error(`${mimeType} is not read as it was written.`)
  return parsed
}
const chunks = (text: string) => chunkDocument(parse(text))
const sentence = (n: number) => `This is sentence number ${n} about nothing in particular. `
const paragraph = (sentences: number) =>
  Array.from({ length: sentences }, (_, n) => sentence(n))
    .join('')
    .trim()

describe('sections', () => {
  test('begin with their heading and carry those above it', () => {
    const drafts = chunks(
      `# Guide\n\n## One { #one }\n\n${paragraph(10)}\n\n## Two\n\n${paragraph(9)}\n\n# Last\n\n${paragraph(8)}`,
    )
    expect(drafts.map(({ headings }) => headings)).toEqual([['Guide', 'One'], ['Guide', 'Two'], ['Last']])
    expect(drafts.map(({ text }) => text.split('\n')[0])).toEqual(['# Guide', '## Two', '# Last'])
  })

  test('that are tiny share a chunk under the headings that they share', () => {
    const drafts = chunks('# FAQ\n\n## How?\n\nSo.\n\n## Why?\n\nBecause.\n\n# Other\n\nText.')
    expect(drafts.map(({ headings, text }) => [headings, text.split('\n')[0]])).toEqual([
      [['FAQ'], '# FAQ'],
      [['Other'], '# Other'],
    ])
  })

  test('keep a short document in one chunk', () => {
    const text = `# Title\n\n${paragraph(5)}\n\n${paragraph(4)}`
    expect(chunks(text)).toEqual([
      { ordinal: 0, start: 0, end: text.length, text, headings: ['Title'], page: null },
    ])
  })

  test('join front matter to what follows it', () => {
    expect(chunks('---\ntags: [a]\n---\n\n# Title\n\nText.')).toMatchObject([
      { start: 0, headings: ['Title'] },
    ])
  })
})

test.each([
  ['words', 'word '.repeat(100_000), `${'word '.repeat(80).trim()}…`],
  ['one word', 'x'.repeat(500_000), `${'x'.repeat(399)}…`],
  ['pairs of surrogates', '𝄞'.repeat(250_000), `${'𝄞'.repeat(199)}…`],
])('of a heading of half a million characters, %s, chunks carry the beginning', (_, words, carried) => {
  const text = `${words.trim()}\n\nText.`
  const end = words.trim().length
  const document: ParsedDocument = {
    text,
    title: null,
    blocks: [{ kind: 'heading', level: 1, start: 0, end }],
  }
  const drafts = chunkDocument(document)
  expectSound(document, drafts)
  for (const { headings } of drafts) expect(headings).toEqual([carried])
})

describe('long parts', () => {
  test('a paragraph of 800 characters stays whole', () => {
    const text = paragraph(14).slice(0, 800)
    expect(chunks(text)).toMatchObject([{ text }])
  })

  test('a longer paragraph is cut between sentences, the last one of each repeated in the next', () => {
    const drafts = chunks(paragraph(100))
    expect(drafts.length).toBeGreaterThan(5)
    for (const [index, { text, start }] of drafts.entries()) {
      expect(text).toMatch(/^This is sentence.*particular\.$/s)
      expect(estimateTokens(text)).toBeLessThanOrEqual(280)
      if (index > 0) expect(start).toBeLessThan(drafts[index - 1]?.end ?? 0)
    }
  })

  test('a sentence may go over lines', () => {
    const wrapped = paragraph(60).replace(/(.{60}) /g, '$1\n')
    for (const { text } of chunks(wrapped)) expect(text).toMatch(/^This\s+is\s+sentence.*particular\.$/s)
  })

  test('code and tables stay whole where they fit, else are cut between lines', () => {
    const fits = `\`\`\`py\n${'value = call(argument)\n'.repeat(50)}\`\`\``
    expect(chunks(`${paragraph(12)}\n\n${fits}`).at(-1)?.text).toBe(fits)
    const table = `| a | b |\n|---|---|\n${'| some cell | another cell |\n'.repeat(200)}`
    for (const { text } of chunks(table)) expect(text).toMatch(/^\|.*\|$/s)
  })

  test('a row that fits is not divided, and a longer one between its sentences', () => {
    const row = (sentences: number) => `| ${paragraph(sentences)} |`
    const fits = row(24)
    expect(estimateTokens(fits)).toBeGreaterThan(280)
    const drafts = chunks(`| a |\n|---|\n${fits}\n${row(60)}`)
    expect(drafts.some(({ text }) => text.endsWith(fits))).toBe(true)
    for (const { text } of drafts.slice(2)) expect(text).toMatch(/^This is.*particular\.(?: \|)?$/s)
  })

  test('a piece of code keeps the indentation of its first line', () => {
    const code = `\`\`\`\n${'    indented(line)\n'.repeat(300)}\`\`\``
    for (const { text } of chunks(code).slice(1)) expect(text).toMatch(/^ {4}indented/)
  })

  test('text without any place to cut is cut between graphemes', () => {
    const family = '👨‍👩‍👧'
    const drafts = chunks(family.repeat(500))
    for (const { text } of drafts) expect(text.length % family.length).toBe(0)
  })

  test('a grapheme above the limit is cut, but no surrogate pair', () => {
    const drafts = chunks(`x${'\u{1d165}'.repeat(3_000)}`)
    for (const { text } of drafts) expect(text.isWellFormed()).toBe(true)
    expectSound(parse(`x${'\u{1d165}'.repeat(3_000)}`), drafts)
  })

  test('a tiny end goes to the chunk before it', () => {
    const drafts = chunks(`${paragraph(16)}\n\nThe end.`)
    expect(drafts).toHaveLength(1)
  })
})

test('a page comes from the block that a chunk begins with', () => {
  const text = `${paragraph(20)}\n\n${paragraph(20)}`
  const middle = text.indexOf('\n\n')
  const blocks = [
    { kind: 'paragraph', start: 0, end: middle, page: 3 },
    { kind: 'paragraph', start: middle + 2, end: text.length, page: 4 },
  ] as const
  expect(chunkDocument({ text, title: null, blocks }).map(({ page }) => page)).toEqual([3, 4])
})

test('limits that cannot be kept are refused', () => {
  expect(() => chunkDocument(parse('x'), { targetTokens: 500 })).toThrow(RangeError)
  expect(() => chunkDocument(parse('x'), { targetTokens: 0 })).toThrow(RangeError)
})

describe('any document', () => {
  const line = fc.oneof(
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map(paragraph) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('# a', '## b', '### c', '```', '---', '|a|b|', '|-|-|', '- x', '', '', ' '),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 100, maxLength: 400 }) },
  )
  const source = fc.array(line, { minLength: 1, maxLength: 20 }).map((lines) => lines.join('\n'))

  test('is covered by sound chunks within the limit', () => {
    fc.assert(
      fc.property(source, fc.constantFrom('text/plain', 'text/markdown'), (text, mimeType) => {
        fc.pre(/[^\s\ufeff]/.test(text) && !text.includes('\0'))
        const parsed = parse(text, mimeType)
        const drafts = chunkDocument(parsed)
        expectSound(parsed, drafts)
        for (const draft of drafts) {
          expect(draft.text.isWellFormed()).toBe(true)
          expect(estimateTokens(draft.text)).toBeLessThanOrEqual(400)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('of ill-formed text and small limits does not throw either', () => {
    const units = fc.array(
      fc.oneof(fc.constantFrom(0x20, 0x2e, 0x301, 0xd83d, 0xde00, 0x200d), fc.nat(0xffff)),
    )
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes)
        const document: ParsedDocument = { text, title: null, blocks: [] }
        expectSound(document, chunkDocument(document, { targetTokens: 8, maxTokens: 10, overlapTokens: 4 }))
      }),
    )
  })

  // The square of so much would take longer than a test may.
  test.each([
    ['one word', 'a'.repeat(10_000_000)],
    ['one line of words', 'lorem ipsum '.repeat(800_000)],
    ['Han', '漢字'.repeat(1_600_000)],
    ['white space in the middle', `a${' '.repeat(10_000_000)}b`],
  ])('of 10 MB, %s, takes linear time', (_, text) => {
    expect(chunkDocument(parse(text, 'text/plain')).length).toBeGreaterThan(1)
  })
})
