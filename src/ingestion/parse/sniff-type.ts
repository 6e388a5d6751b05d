import { FailureCode, FailureError } from '../../failure.ts'
import { MediaType, mediaType } from './media-type.ts'
import { oleContent } from './ole-container.ts'
import { textEncoding } from './text-encoding.ts'
import { isPage, mayBeText, namedTextType, textType } from './text-type.ts'
import { zipEntries } from './zip-entries.ts'

/** Bytes, or UTF-16 units, of the content that are looked at. */
const SAMPLE = 8_192

/** Bytes within which a PDF begins (ISO 32000-1, appendix H, note 13). */
const PDF_HEADER = 1_024

/** Formats for other readers that are written in ASCII, by how they begin. */
const WRITTEN_AS_TEXT: readonly (readonly [start: string, type: string])[] = [
  ['%PDF-', MediaType.Pdf],
  ['{\\rtf', 'application/rtf'],
  ['%!PS', 'application/postscript'],
]

export interface SourceDescription {
  readonly bytes: Uint8Array
  /** As a client or server declares it, parameters included. */
  readonly mimeType?: string | null | undefined
  /** A file name or URL path. */
  readonly name?: string | null | undefined
}

/** The text that a sample of bytes is the beginning of, or null. */
function sampleText(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE)
  const encoding = textEncoding(sample, { sample: bytes.length > SAMPLE })
  if (!encoding) return null
  const text = new TextDecoder(encoding).decode(sample, { stream: true })
  return text.includes('\0') ? null : text
}

/**
 * The type of a file, by its content first: name and declaration only decide between what the content leaves open, such
 * as Markdown and plain text. Looks at the first kilobytes, and at the names in a zip archive.
 *
 * @returns a MIME type in lower case and without parameters, which parseSource may refuse: "image/png"
 */
export async function recogniseType(source: SourceDescription): Promise<string> {
  const { bytes, mimeType, name } = source
  const sample = sampleText(bytes)
  if (sample === null) return binaryType(source)
  const start = sample.trimStart()
  const told = WRITTEN_AS_TEXT.find(([signature]) => start.startsWith(signature))
  return told ? told[1] : textType({ sample, isCut: bytes.length > SAMPLE, mimeType, name })
}

/**
 * The type of a document that was given as text: a declared text type always holds.
 *
 * @throws FailureError UNSUPPORTED_TYPE for a declared type that no text has, unless its name has one
 */
export function typeOfGivenText(text: string, name: string | null, mimeType: string | null): string {
  const declared = mediaType(mimeType ?? '')
  if (declared.startsWith('text/')) return declared
  if (!mayBeText(declared) && !namedTextType(name)) {
    throw new FailureError(
      FailureCode.UnsupportedType,
      `A text cannot be of type ${declared}. Leave mimeType out, or give the file itself.`,
    )
  }
  return textType({ sample: text.slice(0, SAMPLE), isCut: text.length > SAMPLE, mimeType, name })
}

async function binaryType(source: SourceDescription): Promise<string> {
  const { bytes } = source
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SAMPLE)).toString('latin1')
  if (head.slice(0, PDF_HEADER).includes('%PDF-')) return MediaType.Pdf
  const ole = oleContent(bytes)
  if (ole) return ole === 'encrypted' ? encryptedType(source) : ole
  if (head.startsWith('PK') && zipEntries(bytes).some(({ name }) => name === 'word/document.xml'))
    return MediaType.Docx
  // In an encoding that only the page itself tells.
  if (!head.includes('\0') && isPage(head)) return MediaType.Html
  const { fileTypeFromBuffer } = await import('file-type')
  const recognised = await fileTypeFromBuffer(bytes)
  if (recognised) return mediaType(recognised.mime)
  // Where it should be text, its parser says which byte is not.
  const declared = mediaType(source.mimeType ?? '')
  if (declared.startsWith('text/')) return declared
  return namedTextType(source.name) ?? 'application/octet-stream'
}

/** The container hides whether it is a document, a table or slides. */
function encryptedType({ name, mimeType }: SourceDescription): string {
  const declared = mediaType(mimeType ?? '')
  const claims = `${declared} ${name?.toLowerCase() ?? ''}`
  if (/spreadsheet|excel|\.xls[a-z]?$/.test(claims)) return 'application/vnd.ms-excel'
  return /presentation|powerpoint|\.ppt[a-z]?$/.test(claims)
    ? 'application/vnd.ms-powerpoint'
    : MediaType.Docx
}
