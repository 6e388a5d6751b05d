import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FailureCode, FailureError } from '../../failure.ts'
import { chunkDocument } from '../chunk/chunk.ts'
import { expectSound } from '../chunk/sound.fixture.ts'
import { docx, paragraph, table } from './docx.fixture.ts'
import { MediaType } from './media-type.ts'
import { parseBytes } from './parse.fixture.ts'
import type { ParsedDocument } from './parsed-document.ts'
import { recogniseType } from './sniff-type.ts'

const encode = (text: string) => new TextEncoder().encode(text)

function expectSoundBlocks({ text, blocks, title }: ParsedDocument) {
  let at = 0
  for (const { start, end } of blocks) {
    expect(start).toBeGreaterThanOrEqual(at)
    expect(text.slice(at, start).trim()).toBe('')
    expect(text.slice(start, end).trim()).not.toBe('')
    if (start > 0) expect(text[start - 1]).toBe('\n')
    at = end
  }
  expect(text.slice(at).trim()).toBe('')
  expect(`${text}${title}`.isWellFormed()).toBe(true)
  expect(`${text}${title}`).not.toContain('\0')
}

/** Parses, and holds that what comes out is sound; null where there is nothing to read. */
async function parsed(bytes: Uint8Array, type: string): Promise<ParsedDocument | null> {
  try {
    const document = await parseBytes(bytes, type)
    expectSoundBlocks(document)
    expectSound(document, chunkDocument(document, { targetTokens: 20, maxTokens: 30, overlapTokens: 5 }))
    expectSound(document, chunkDocument(document))
    return document
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === FailureCode.Empty) return null
    throw error
  }
}

/** Astral, combining, right-to-left, joined, control and ill-formed, with the signs of each format among them. */
const wild = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
      fc.constantFrom(
        ...[
          '👨‍👩‍👧',
          'e\u0301\u0323',
          'שלום עולם',
          'مرحبا',
          '漢字。',
          'ไทย',
          '\u200f',
          '\u00ad',
          '\ufeff',
          '\u2028',
        ],
        ...['\n', '\n\n', '\r\n', '\t', ' ', '\u0001', '\u001b', '\ud83d', '\udc00', '\0'],
        ...[
          '"',
          '""',
          ',',
          ';',
          '|',
          '<b>',
          '</p>',
          '<li>',
          '<td>',
          '<pre>',
          '<!--',
          '&amp;',
          '&#0;',
          '&#xd800;',
        ],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
const wellFormed = wild.map((text) => text.toWellFormed().replaceAll('\0', ''))

/** What XML 1.0 can carry. */
const inXml = wellFormed.map((text) =>
  text.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''),
)

const attempts = { numRuns: 300 }

describe('whatever the characters, blocks and chunks are sound', () => {
  test.each([MediaType.Plain, MediaType.Markdown, MediaType.Csv, MediaType.Tsv])('of %s', async (type) => {
    await fc.assert(
      fc.asyncProperty(wellFormed, async (text) => {
        await parsed(encode(text), type)
        await parsed(Buffer.from(`\ufeff${text}`, 'utf16le'), type)
      }),
      attempts,
    )
  })

  test('of HTML, tags in any order', async () => {
    await fc.assert(
      fc.asyncProperty(wild, async (text) => {
        await parsed(encode(text), MediaType.Html)
      }),
      attempts,
    )
  })

  test('of JSON, and its strings stay as they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(wild, fc.oneof(wild, fc.array(wild))), async (value) => {
        const document = await parsed(encode(JSON.stringify(value)), MediaType.Json)
        await parsed(encode(`${JSON.stringify(value)}\n${JSON.stringify([value])}`), MediaType.JsonLines)
        for (const string of Object.values(value).flat()) {
          expect(document?.text ?? '').toContain(string.toWellFormed().replaceAll('\0', '\ufffd').trim())
        }
      }),
      attempts,
    )
  })

  test('of DOCX', async () => {
    const body = fc.array(
      fc.oneof(
        fc
          .tuple(inXml, fc.constantFrom('', 'Title', 'Heading1', 'Heading3'))
          .map(([text, style]) => paragraph(text, style)),
        fc.array(fc.array(inXml, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map(table),
      ),
      { maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(body, async (parts) => {
        await parsed(docx(parts.join('')), MediaType.Docx)
      }),
      { numRuns: 100 },
    )
  })
})

test('whatever the bytes, their type is recognised, and they are read or fail with a code', async () => {
  const whole = docx(paragraph('Some text') + table([['a', 'b']]))
  const damaged = fc
    .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 })
    .map((changes) => {
      const bytes = Uint8Array.from(whole)
      for (const [at, byte] of changes) bytes[at] = byte
      return bytes
    })
  const signed = fc
    .tuple(
      fc.constantFrom(
        '504b0304',
        '504b0506',
        'd0cf11e0a1b11ae1',
        '1f8b08',
        '89504e47',
        '25504446',
        'fffe',
        'efbbbf',
      ),
      fc.uint8Array({ maxLength: 200 }),
    )
    .map(([signature, rest]) => Buffer.concat([Buffer.from(signature, 'hex'), rest]))
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), signed, damaged)
  const types = [
    MediaType.Plain,
    MediaType.Html,
    MediaType.Csv,
    MediaType.Json,
    MediaType.JsonLines,
    MediaType.Docx,
  ]
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(...types), async (source, declared) => {
      for (const type of [declared, await recogniseType({ bytes: source })]) {
        const document = await parseBytes(source, type).catch((error: unknown) => {
          if (error instanceof FailureError) return null
          throw error
        })
        if (document) expectSoundBlocks(document)
      }
    }),
    { numRuns: 500 },
  )
})

test('the values of a table are found, whatever they hold', async () => {
  const cell = wellFormed.map((text) => text.replace(/\s+/g, ' ').trim())
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), async (rows) => {
      const source = [['one', 'two'], ...rows].map((row) => row.map(quoted).join(',')).join('\n')
      const document = await parsed(encode(source), MediaType.Csv)
      for (const value of rows.flat()) expect(document?.text ?? '').toContain(value)
    }),
    attempts,
  )
})

test('the words of a page are found, whatever they hold', async () => {
  const visible = wellFormed.map((text) => text.replace(/[\s\u00ad\p{Cc}]+/gu, ' ').trim())
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  await fc.assert(
    fc.asyncProperty(fc.array(visible, { minLength: 1, maxLength: 6 }), async (texts) => {
      const [first = '', ...others] = texts.map(escaped)
      const source = `<!doctype html><main><h2>${first}</h2><ul>${others.map((text) => `<li>${text}`).join('')}</ul><table><tr><td>${first}<td>${others.join('<td>')}</table>`
      const document = await parsed(encode(source), MediaType.Html)
      for (const text of texts) expect(document?.text ?? '').toContain(text)
    }),
    attempts,
  )
})

/** A quadratic step in one of them takes minutes: the test's time limit ends it. */
describe('hostile input is read in linear time and without recursion', () => {
  const nested = (open: string, close: string, depth: number, inside = 'x') =>
    open.repeat(depth) + inside + close.repeat(depth)

  test.each([
    ['HTML, 100,000 elements in each other', MediaType.Html, nested('<div>', '</div>', 100_000)],
    ['HTML, elements that never end', MediaType.Html, '<b><i><section>x'.repeat(100_000)],
    ['HTML, lists in lists', MediaType.Html, nested('<ul><li>x', '</ul>', 50_000)],
    ['HTML, tables in tables', MediaType.Html, nested('<table><tr><td>x', '</table>', 30_000)],
    ['HTML, ends without a beginning', MediaType.Html, `x${'</div>'.repeat(300_000)}`],
    ['HTML, a line of 5 MB', MediaType.Html, `<p>${'word '.repeat(1_000_000)}`],
    ['HTML, tags that never end', MediaType.Html, `x${'<a '.repeat(500_000)}`],
    ['HTML, comments that never end', MediaType.Html, `x${'<!-- <meta '.repeat(200_000)}`],
    ['HTML, scripts that never end', MediaType.Html, `x${'<script>'.repeat(200_000)}`],
    ['HTML, many links', MediaType.Html, `<p>${'<a href="x">word</a> '.repeat(50_000)}`],
    ['HTML, entities', MediaType.Html, `<p>${'&amp; '.repeat(200_000)}`],
    [
      'CSV, 100,000 columns',
      MediaType.Csv,
      `${'name,'.repeat(100_000)}\n${'1,'.repeat(100_000)}\n`.repeat(3),
    ],
    ['CSV, a line of 5 MB', MediaType.Csv, 'word '.repeat(1_000_000)],
    ['CSV, a quote that never ends', MediaType.Csv, `a,b\n"${'1,2\n'.repeat(500_000)}`],
    ['JSON, 100,000 arrays in each other', MediaType.Json, nested('[', ']', 100_000, '1')],
    ['JSON, 100,000 objects in each other', MediaType.Json, nested('{"a":', '}', 100_000, '[1, {"b": 2}]')],
    ['JSON, a string of 5 MB', MediaType.Json, `"${'word '.repeat(1_000_000)}"`],
    ['JSON, backslashes', MediaType.Json, `["${'\\\\'.repeat(1_000_000)}", "${'\\"'.repeat(1_000_000)}"]`],
    ['JSON, a number of 5 MB', MediaType.Json, `[${'1'.repeat(5_000_000)}]`],
    ['JSON Lines, a million', MediaType.JsonLines, '1\n'.repeat(1_000_000)],
  ])('%s', async (_, type, text) => {
    const document = await parseBytes(encode(text), type)
    expect(document.text.length).toBeLessThan(20 * text.length)
    expectSound(document, chunkDocument(document))
  })
})
