import { mediaType } from './media-type.ts'

/** UTF-16 units, or bytes, of the content that are looked at. */
const SAMPLE = 8_192

const MARKDOWN = 'text/markdown'
const PLAIN = 'text/plain'

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['md', MARKDOWN],
  ['markdown', MARKDOWN],
  ['mdown', MARKDOWN],
  ['mkd', MARKDOWN],
  ['mdx', MARKDOWN],
  ['txt', PLAIN],
  ['text', PLAIN],
  ['log', PLAIN],
  ['rst', PLAIN],
  ['csv', 'text/csv'],
  ['tsv', 'text/tab-separated-values'],
  ['htm', 'text/html'],
  ['html', 'text/html'],
  ['pdf', 'application/pdf'],
  ['json', 'application/json'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
])

/** What a client declares that has not looked. */
const DECLARES_NOTHING: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-www-form-urlencoded',
])

/** So that a file of no text is refused for its type, not for its bytes. */
const SIGNATURES: readonly (readonly [start: string, type: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['PK\u0003\u0004', 'application/zip'],
  ['\u001f\u008b', 'application/gzip'],
  ['\u0089PNG', 'image/png'],
  ['\u00ff\u00d8\u00ff', 'image/jpeg'],
]

/** Any one of these marks a text as Markdown; emphasis and lists do not, since plain text has them too. */
const MARKDOWN_SIGNS: readonly RegExp[] = [
  /^ {0,3}#{1,6}[ \t]+\S/m,
  /^ {0,3}(?:```|~~~)/m,
  /\[[^[\]\n]+\]\((?:https?:|[./#\w])[^()\s]*\)/,
  /^\|?[ \t]*:?-{3,}:?[ \t]*\|[ \t|:-]*$/m,
]

export interface SourceDescription {
  readonly mimeType?: string | null | undefined
  /** A file name or URL path. */
  readonly name?: string | null | undefined
  readonly content: string | Uint8Array
}

function extension(name: string): string {
  return /\.([^./\\]+)$/.exec(name.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase() ?? ''
}

/**
 * The type of a source: what is declared if that is a text type, else what its name's extension says, else what else
 * is declared, else what the first 8 kB look like: a known binary signature, Markdown, or plain text.
 */
export function mimeTypeOf({ mimeType, name, content }: SourceDescription): string {
  const declared = mediaType(mimeType ?? '')
  if (declared.startsWith('text/')) return declared
  const named = BY_EXTENSION.get(extension(name ?? ''))
  if (named) return named
  if (!DECLARES_NOTHING.has(declared)) return declared
  const sample = content.slice(0, SAMPLE)
  const text = typeof sample === 'string' ? sample : Buffer.from(sample).toString('utf8')
  const start = typeof sample === 'string' ? sample : Buffer.from(sample).toString('latin1', 0, 8)
  const signature = SIGNATURES.find(([begins]) => start.startsWith(begins))
  if (signature) return signature[1]
  return MARKDOWN_SIGNS.some((sign) => sign.test(text)) ? MARKDOWN : PLAIN
}
