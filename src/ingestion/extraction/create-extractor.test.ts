import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FailureCode, FailureError } from '../../failure.ts'
import { docx, paragraph } from '../parse/docx.fixture.ts'
import { MediaType } from '../parse/media-type.ts'
import { lines, makePdf } from '../parse/pdf.fixture.ts'
import { createExtractor } from './create-extractor.ts'
import type { ExtractedContent, Extractor, ExtractRequest } from './extractor.ts'
import { parseAndChunk } from './parse-and-chunk.ts'
import { docxBomb } from './testing/docx-bomb.ts'

const never = new AbortController().signal
let extractor: Extractor
beforeAll(() => {
  extractor = createExtractor({ logger: pino({ level: 'silent' }) })
})
afterAll(() => extractor[Symbol.asyncDispose]())

const processes = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length
const encode = (text: string) => new TextEncoder().encode(text)
/** As values, whatever made them: what comes from a child makes its strings when they are asked for. */
const values = ({ text, title, chunks }: ExtractedContent) => ({
  text: text.toString(),
  title,
  chunks: chunks.map(({ ordinal, start, end, text, headings, page }) => ({
    ordinal,
    start,
    end,
    text,
    headings,
    page,
  })),
})
const extractAs = async (request: ExtractRequest) => values(await extractor.extract(request, never))
const extract = (bytes: Uint8Array, mimeType: string) => extractAs({ bytes, mimeType, chunking: {} })

test.each(['text/plain', 'text/markdown; charset=utf-8'])('a small %s needs no process', async (mimeType) => {
  const { text, chunks } = await extract(encode('# Title\n\nSome words.'), mimeType)
  expect([text, chunks.length]).toEqual(['# Title\n\nSome words.', 1])
  expect(processes()).toBe(0)
})

const prose = Array.from({ length: 60 }, (_, index) => `Sentence number ${index} is about nothing.`)

describe('from a child comes what would come from here', () => {
  test.each<[string, () => Uint8Array]>([
    [MediaType.Plain, () => encode(prose.join('\n\n').repeat(200))],
    [MediaType.Markdown, () => encode(`# One\n\n${prose.join(' ')}\n\n## Two\n\n`.repeat(200))],
    [
      MediaType.Html,
      () => encode(`<title>T</title><h1>One</h1>${prose.map((text) => `<p>${text}</p>`).join('')}`),
    ],
    [MediaType.Csv, () => encode(prose.map((text, index) => `${index},"${text}"\n`).join(''))],
    [MediaType.Json, () => encode(JSON.stringify({ prose }))],
    [MediaType.JsonLines, () => encode(prose.map((text) => `${JSON.stringify({ text })}\n`).join(''))],
    [
      MediaType.Docx,
      () => docx(paragraph('One', 'Heading1') + prose.map((text) => paragraph(text)).join('')),
    ],
    [MediaType.Pdf, () => makePdf({ pages: [lines(72, 760, prose), lines(72, 760, prose)] })],
  ])('for %s', async (mimeType, bytes) => {
    const request = (): ExtractRequest => ({ bytes: bytes(), mimeType, chunking: { targetTokens: 100 } })
    const here = values(await parseAndChunk(request()))
    expect(await extractAs(request())).toEqual(here)
    expect(here.chunks.length).toBeGreaterThan(1)
    expect(processes()).toBeGreaterThan(0)
  })
})

test('chunks are slices of the text, whatever is in it', async () => {
  const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 3_000 })
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 400 }), async (text, times) => {
      const bytes = encode(`word ${text.replaceAll('\0', '').toWellFormed()}`.repeat(times))
      const content = await extract(bytes, 'text/x-unknown')
      const here = await parseAndChunk({ bytes, mimeType: 'text/x-unknown', chunking: {} })
      expect(content).toEqual(values(here))
      for (const { start, end, text } of content.chunks) expect(text).toBe(content.text.slice(start, end))
    }),
    { numRuns: 40 },
  )
})

const codeOf = async (bytes: Uint8Array, mimeType: string) => {
  const error = await extract(bytes, mimeType).catch((reason: unknown) => reason)
  if (error instanceof FailureError) return error.failure.code
  throw new Error('It did not fail as it should', { cause: error })
}

test("a parser's failure keeps its code", async () => {
  expect(await codeOf(encode('words'), 'image/png')).toBe(FailureCode.UnsupportedType)
  expect(await codeOf(encode('words'), MediaType.Docx)).toBe(FailureCode.Unreadable)
  expect(await codeOf(encode('  '.repeat(200_000)), MediaType.Plain)).toBe(FailureCode.Empty)
})

test('a DOCX that inflates to gigabytes is TOO_LARGE, and the next one is read', async () => {
  expect(await codeOf(docxBomb(2_048), MediaType.Docx)).toBe(FailureCode.TooLarge)
  expect(await extract(docx(paragraph('Words.')), MediaType.Docx)).toMatchObject({ text: 'Words.' })
})
