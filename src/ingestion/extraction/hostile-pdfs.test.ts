import { deflateSync } from 'node:zlib'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { type Failure, FailureCode, FailureError } from '../../failure.ts'
import { bomb, line, lines, makePdf } from '../parse/pdf.fixture.ts'
import { createExtractor } from './create-extractor.ts'
import type { ExtractionLimits } from './extraction-limits.ts'
import type { ExtractedContent, Extractor } from './extractor.ts'

const open: Extractor[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((extractor) => extractor[Symbol.asyncDispose]()))
})

function extractorOf(limits: Partial<ExtractionLimits> = {}): Extractor {
  const extractor = createExtractor({ limits, logger: pino({ level: 'silent' }) })
  open.push(extractor)
  return extractor
}

async function outcome(
  extractor: Extractor,
  bytes: Uint8Array,
): Promise<Partial<Failure & ExtractedContent>> {
  try {
    const request = { bytes, mimeType: 'application/pdf', chunking: {} }
    const { text } = await extractor.extract(request, new AbortController().signal)
    return { text: text.slice(0, 100) }
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
}

const words = line(72, 700, 'Some words.')
const sane = () => makePdf({ pages: [words] })

describe('a PDF that inflates to gigabytes is TOO_LARGE, and the next one is read', () => {
  test.each([
    ['as a page', makePdf({ pages: [bomb(2_048)], content: '/Filter /FlateDecode' })],
    [
      'under two filters',
      makePdf({ pages: [deflateSync(bomb(4_096))], content: '/Filter [/FlateDecode /FlateDecode]' }),
    ],
    [
      'as a form',
      makePdf({
        pages: ['/X1 Do'],
        objects: {
          100: {
            entries: '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter /FlateDecode',
            data: bomb(2_048),
          },
        },
      }),
    ],
  ])('%s', async (_, bytes) => {
    const extractor = extractorOf()
    expect(await outcome(extractor, bytes)).toMatchObject({ code: FailureCode.TooLarge, retryable: false })
    expect(await outcome(extractor, sane())).toMatchObject({ text: 'Some words.' })
  })
})

test('a PDF that computes without end is TIMEOUT', async () => {
  // Thirty forms, each of which draws the next one ten times.
  const objects = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      100 + index,
      {
        entries: `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 4 0 R >> /XObject << /X1 ${101 + index} 0 R >> >>`,
        data: Buffer.from(`BT /F1 1 Tf (x) Tj ET ${'/X1 Do '.repeat(10)}`),
      },
    ]),
  )
  const extractor = extractorOf({ cpuSeconds: 2 })
  expect(await outcome(extractor, makePdf({ pages: ['/X1 Do'], objects }))).toMatchObject({
    code: FailureCode.Timeout,
    retryable: false,
  })
  expect(await outcome(extractor, sane())).toMatchObject({ text: 'Some words.' })
})

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

describe('a PDF ends that refers to itself', () => {
  test.each<[string, Uint8Array, object]>([
    [
      'in its cross-reference tables',
      Buffer.from(
        text(sane()).replace(/\/Root 1 0 R/, () => `/Prev ${text(sane()).indexOf('xref\n')} /Root 1 0 R`),
      ),
      { text: 'Some words.' },
    ],
    [
      'in the tree of its pages',
      makePdf({ pages: [words], objects: { 2: '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>' } }),
      { code: FailureCode.Unreadable },
    ],
    [
      'in a form that draws itself',
      makePdf({
        pages: [`${words} /X1 Do`],
        objects: {
          100: {
            entries:
              '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X1 100 0 R >> >>',
            data: Buffer.from('/X1 Do'),
          },
        },
      }),
      { text: 'Some words.' },
    ],
    [
      'in an object that is its own reference',
      makePdf({ pages: [words], objects: { 1: '1 0 R' } }),
      { code: FailureCode.Unreadable },
    ],
    [
      'in a length that is itself',
      makePdf({ pages: [words], content: '/Length 11 0 R' }),
      { text: 'Some words.' },
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await outcome(extractorOf({ wallMs: 20_000 }), bytes)).toMatchObject(expected)
  })
})

describe('a PDF is UNREADABLE', () => {
  test.each([
    ['where it is cut off', sane().slice(0, 60)],
    ['where it is only its name', Buffer.from('%PDF-1.7\n')],
    ['where it is noise', Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251))],
    ['where arrays nest without end', makePdf({ pages: [words], objects: { 2: '['.repeat(1_000_000) } })],
  ])('%s', async (_, bytes) => {
    expect(await outcome(extractorOf(), bytes)).toMatchObject({
      code: FailureCode.Unreadable,
      retryable: false,
    })
  })
})

test('a page count of billions costs nothing', async () => {
  const pages = '<< /Type /Pages /Kids [10 0 R] /Count 2147483647 /MediaBox [0 0 612 792] >>'
  const bytes = makePdf({ pages: [words], objects: { 2: pages } })
  expect(await outcome(extractorOf({ wallMs: 20_000 }), bytes)).toMatchObject({ text: 'Some words.' })
})

test('more text than may be is TOO_LARGE', async () => {
  const page = lines(
    72,
    750,
    Array.from({ length: 50 }, () => 'x'.repeat(90)),
  )
  const bytes = makePdf({ pages: Array.from({ length: 50 }, () => page) })
  expect(await outcome(extractorOf({ textBytes: 100_000 }), bytes)).toMatchObject({
    code: FailureCode.TooLarge,
  })
})
