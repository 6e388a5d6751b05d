import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { FailureCode, FailureError } from '../../failure.ts'
import { pdfFailure } from './parse-pdf-failure.ts'
import { labelledNotes, pageNotes, withNotes } from './parse-pdf-fields.ts'
import { withoutFurniture } from './parse-pdf-furniture.ts'
import { compoundsOf, joinLines } from './parse-pdf-join.ts'
import { pageLines, type TextLine } from './parse-pdf-lines.ts'
import { openPdf } from './parse-pdf-open.ts'
import { type Paragraph, paragraphs } from './parse-pdf-paragraphs.ts'
import { pageRuns } from './parse-pdf-runs.ts'
import { textSizes } from './parse-pdf-sizes.ts'
import { READABLE } from './parse-pdf-text.ts'
import { largestLine, statedTitle } from './parse-pdf-title.ts'
import type { Block, ParsedDocument } from './parsed-document.ts'

/** Where so many pages in a row cannot be read, there are none: a page count can be any number. */
const MOST_BROKEN_PAGES = 50

/**
 * Reads a PDF's text in the order in which its pages draw it, with headings by size, tables by rows, and the values of
 * form fields. A page that is broken is left out. The title is the document's own, unless a program made it up,
 * else its first largest line.
 *
 * @param bytes are taken over: they are detached afterwards.
 * @throws FailureError ENCRYPTED where a password is needed; UNREADABLE where it is broken; EMPTY where it has no
 * text, as a scan has none; TOO_LARGE where buffers that it asks for cannot be had.
 */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedDocument> {
  const looksScanned = hasImages(bytes)
  // Detaching is by buffer, and a small Buffer shares its own with others.
  await using pdf = await openPdf(ownBuffer(bytes))
  const pages = await readPages(pdf.document)
  const title = await statedTitleOf(pdf.document)
  if (!pages.some((lines) => lines.some(({ text }) => READABLE.test(text)))) throw empty(looksScanned)
  const lines = withoutFurniture(pages)
  const { text, blocks } = assemble(lines)
  return { text, title: title ?? largestLine(lines), blocks }
}

async function readPages(document: PDFDocumentProxy): Promise<TextLine[][]> {
  const pages: TextLine[][] = []
  let broken = 0
  let firstError: unknown
  for (let number = 1; number <= document.numPages && broken < MOST_BROKEN_PAGES; number += 1) {
    try {
      pages.push([...(await readPage(document, number))])
      broken = 0
    } catch (error) {
      const failure = pdfFailure(error)
      if (failure.failure.code !== FailureCode.Unreadable) throw failure
      firstError ??= error
      broken += 1
    }
  }
  if (pages.length === 0 && firstError !== undefined) throw pdfFailure(firstError)
  return pages
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<readonly TextLine[]> {
  const page = await document.getPage(number)
  try {
    const content = await page.getTextContent({ disableNormalization: true })
    const notes = pageNotes(await page.getAnnotations())
    const { runs, others } = labelledNotes([...pageRuns(content)], notes)
    return withNotes([...pageLines(runs, number)], others, number)
  } finally {
    page.cleanup()
  }
}

/** Damaged properties are no reason to refuse the text. */
async function statedTitleOf(document: PDFDocumentProxy): Promise<string | null> {
  const metadata = await document.getMetadata().catch(() => null)
  return statedTitle(metadata?.info)
}

function assemble(lines: readonly TextLine[]): Pick<ParsedDocument, 'text' | 'blocks'> {
  const compounds = compoundsOf(lines)
  const parts: string[] = []
  const blocks: Block[] = []
  let at = 0
  for (const paragraph of paragraphs(lines, textSizes(lines))) {
    const text = textOf(paragraph, compounds)
    const page = paragraph.lines[0]?.page ?? 1
    const place = { start: at, end: at + text.length, page }
    const { kind, level } = paragraph
    blocks.push(kind === 'heading' ? { kind, level, ...place } : { kind, ...place })
    parts.push(text)
    at += text.length + 2
  }
  return { text: parts.join('\n\n'), blocks }
}

function textOf({ kind, lines }: Paragraph, compounds: ReadonlySet<string>): string {
  if (kind === 'table') return lines.map(({ text }) => text).join('\n')
  const text = joinLines(lines, compounds)
  return kind === 'heading' ? text.replaceAll('\n', ' ') : text
}

/** Images are streams, so their dictionaries stand in the open even where a file is compressed or encrypted. */
function hasImages(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return file.includes('/Subtype/Image', 0, 'latin1') || file.includes('/Subtype /Image', 0, 'latin1')
}

function ownBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength && !Buffer.isBuffer(bytes)
    ? bytes
    : new Uint8Array(bytes)
}

function empty(looksScanned: boolean): FailureError {
  return new FailureError(
    FailureCode.Empty,
    looksScanned
      ? 'The PDF has no text, only images: it looks scanned, and text in images is not recognised (no OCR).'
      : 'The PDF has no text.',
  )
}
