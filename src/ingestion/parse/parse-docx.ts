import mammoth from 'mammoth'
import { FailureCode, FailureError } from '../../failure.ts'
import { collectGarbage } from './collect-garbage.ts'
import { DocumentWriter, type WrittenDocument } from './document-writer.ts'
import { bodySlices } from './docx-slices.ts'
import { addHtmlFragment } from './html/parse-html.ts'
import { oleContent } from './ole-container.ts'
import { saysOutOfMemory } from './out-of-memory.ts'
import type { SourceBytes } from './source-bytes.ts'
import { TextTooLong } from './text-buffer.ts'
import { readZipEntry, zipEntries } from './zip-entries.ts'

/** Beside mammoth's own, which turns "Heading 1" to "Heading 6" into h1 to h6. */
const STYLE_MAP = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Code'] => pre:separator('\n')",
  "p[style-name='HTML Preformatted'] => pre:separator('\n')",
]

const MAIN_PART = 'word/document.xml'
const MiB = 1024 * 1024
/** Bytes of the main part's XML. Mammoth takes fifty times as much: a larger one is given to it in slices. */
const LARGE = 6 * MiB
const SLICE = 3 * MiB
/** More is no document that anybody wrote. */
const LARGEST = 128 * MiB

function encrypted(cause?: Error): FailureError {
  return new FailureError(
    FailureCode.Encrypted,
    'The document is encrypted. Save it without a password and upload it again.',
    { cause },
  )
}

function refuseContainer(bytes: Uint8Array): void {
  const content = oleContent(bytes)
  if (content === 'encrypted') {
    throw encrypted()
  }
  if (content) {
    throw new FailureError(
      FailureCode.Unreadable,
      'The document is in a format of Word before 2007. Save it as .docx and upload it again.',
    )
  }
}

/** What an error of mammoth stands for. It throws many kinds at what is broken. */
function failureOf(error: unknown): unknown {
  if (error instanceof FailureError) return error
  if (error instanceof RangeError && saysOutOfMemory(error.message)) return error
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return new FailureError(
      FailureCode.Unreadable,
      'The Word document has tables or other parts that stand in each other too deeply.',
      { cause: error },
    )
  }
  if (error instanceof Error && /encrypted/i.test(error.message)) return encrypted(error)
  return new FailureError(
    FailureCode.Unreadable,
    'The Word document is damaged and cannot be read. Open it in Word, save it again as .docx, and upload that.',
    { cause: error },
  )
}

type MammothInput = Parameters<typeof mammoth.convertToHtml>[0]

async function htmlOf(input: MammothInput): Promise<string> {
  const noImage = mammoth.images.imgElement(async () => ({ src: '' }))
  const result = await mammoth.convertToHtml(
    input,
    // A style map in the document could leave out what its reader sees.
    { styleMap: STYLE_MAP, includeEmbeddedStyleMap: false, convertImage: noImage },
  )
  return result.value
}

/** The document as HTML, a large one in slices. */
async function* convert(bytes: Uint8Array): AsyncGenerator<string> {
  const entries = zipEntries(bytes)
  const main = entries.find(({ name }) => name === MAIN_PART)
  if (!main || main.size <= LARGE) {
    yield await htmlOf({ buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) })
    return
  }
  if (main.size > LARGEST) throw new TextTooLong()
  const parts = new Map(entries.map((entry) => [entry.name, entry]))
  for (const slice of bodySlices(readZipEntry(bytes, main), SLICE)) {
    // How mammoth opens archives that it was not given as bytes; its types do not have it.
    const file = {
      exists: (name: string) => parts.has(name),
      read: async (name: string) => {
        const entry = parts.get(name)
        return name === MAIN_PART || !entry ? slice : readZipEntry(bytes, entry).toString('utf8')
      },
    }
    yield await htmlOf({ file } as unknown as MammothInput)
    collectGarbage()
  }
}

/**
 * A Word document's text: headings by their styles, paragraphs, lists, tables and notes; without headers, footers,
 * comments and what tracked changes have deleted. Its title is that of its first heading of level 1. In a large one,
 * notes stand after the slice that they belong to.
 *
 * @throws FailureError ENCRYPTED, UNREADABLE, TOO_LARGE; RangeError where memory does not suffice
 */
export async function writeDocx(source: SourceBytes): Promise<WrittenDocument> {
  const bytes = source.take()
  refuseContainer(bytes)
  const writer = new DocumentWriter()
  let title: string | null = null
  try {
    for await (const html of convert(bytes)) {
      const heading = addHtmlFragment(html, writer)
      title ??= heading
    }
  } catch (error) {
    throw failureOf(error)
  }
  return { writer, title }
}
