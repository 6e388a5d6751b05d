import mammoth from 'mammoth'
import { FailureCode, FailureError } from '../../failure.ts'
import type { WrittenDocument } from './document-writer.ts'
import { writeHtmlFragment } from './html/parse-html.ts'
import { oleContent } from './ole-container.ts'
import { saysOutOfMemory } from './out-of-memory.ts'
import type { SourceBytes } from './source-bytes.ts'

/** Beside mammoth's own, which turns "Heading 1" to "Heading 6" into h1 to h6. */
const STYLE_MAP = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Code'] => pre:separator('\n')",
  "p[style-name='HTML Preformatted'] => pre:separator('\n')",
]

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

async function convert(source: SourceBytes): Promise<string> {
  const bytes = source.take()
  refuseContainer(bytes)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const noImage = mammoth.images.imgElement(async () => ({ src: '' }))
  try {
    const result = await mammoth.convertToHtml(
      { buffer },
      // A style map in the document could leave out what its reader sees.
      { styleMap: STYLE_MAP, includeEmbeddedStyleMap: false, convertImage: noImage },
    )
    return result.value
  } catch (error) {
    throw failureOf(error)
  }
}

/**
 * A Word document's text: headings by their styles, paragraphs, lists, tables and notes; without headers, footers,
 * comments and what tracked changes have deleted. Its title is that of its first heading of level 1.
 *
 * @throws FailureError ENCRYPTED, UNREADABLE; RangeError where memory does not suffice
 */
export async function writeDocx(source: SourceBytes): Promise<WrittenDocument> {
  return writeHtmlFragment(await convert(source))
}
