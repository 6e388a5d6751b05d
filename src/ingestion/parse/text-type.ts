import { countsPerRow, csvDelimiter } from './csv-dialect.ts'
import { JsonSyntaxError, readJson } from './json-reader.ts'
import { lineEnd } from './line.ts'
import { MediaType, mediaType } from './media-type.ts'

const { Plain, Markdown, Html, Csv, Tsv, Json, JsonLines } = MediaType

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ...['md', 'markdown', 'mdown', 'mkd', 'mdx'].map((name) => [name, Markdown] as const),
  ...['txt', 'text', 'log', 'rst'].map((name) => [name, Plain] as const),
  ...['htm', 'html', 'xhtml'].map((name) => [name, Html] as const),
  ...['jsonl', 'ndjson'].map((name) => [name, JsonLines] as const),
  ['csv', Csv],
  ['tsv', Tsv],
  ['json', Json],
  ['xml', 'text/xml'],
])

/** Types of text that do not begin with text/. What is declared beyond them says nothing about a text. */
const BY_DECLARATION: ReadonlyMap<string, string> = new Map([
  ['application/json', Json],
  ['application/ld+json', Json],
  ['application/geo+json', Json],
  ['application/x-ndjson', JsonLines],
  ['application/jsonl', JsonLines],
  ['application/x-jsonlines', JsonLines],
  ['application/csv', Csv],
  ['application/xhtml+xml', Html],
  ['application/xml', 'text/xml'],
])

/** What a client declares that has not looked. */
const DECLARES_NOTHING: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-www-form-urlencoded',
])

/** Whether a text may be of a declared type (mediaType). */
export function mayBeText(declared: string): boolean {
  return declared.startsWith('text/') || BY_DECLARATION.has(declared) || DECLARES_NOTHING.has(declared)
}

/** Any one of these marks a text as Markdown; emphasis and lists do not, since plain text has them too. */
const MARKDOWN_SIGNS: readonly RegExp[] = [
  /^ {0,3}#{1,6}[ \t]+\S/m,
  /^ {0,3}(?:```|~~~)/m,
  /\[[^[\]\n]+\]\((?:https?:|[./#\w])[^()\s]*\)/,
  /^\|?[ \t]*:?-{3,}:?[ \t]*\|[ \t|:-]*$/m,
]

const PAGE = /^<(?:!doctype\s+html|html|head|body)[\s>]/i
const FRAGMENT = /^<(?:div|p|h[1-6]|table|article|section|main|ul|ol|title|meta)[\s>]/i
const XML_DECLARATION = /^<\?xml[^>]{0,200}\?>/

export interface TextDescription {
  /** The text's beginning. */
  readonly sample: string
  /** Whether the text goes on behind it. */
  readonly isCut: boolean
  readonly mimeType?: string | null | undefined
  /** A file name or URL path. */
  readonly name?: string | null | undefined
}

/** The type that a name's extension stands for, among those of text; null where it says nothing. */
export function namedTextType(name: string | null | undefined): string | null {
  const extension = /\.([^./\\]+)$/.exec((name ?? '').replace(/[?#].*$/s, ''))?.[1]?.toLowerCase()
  return BY_EXTENSION.get(extension ?? '') ?? null
}

/** A text without what may stand before the first tag of a page. */
function fromFirstTag(text: string): string {
  let rest = text.trimStart().replace(XML_DECLARATION, '').trimStart()
  while (rest.startsWith('<!--')) {
    const end = rest.indexOf('-->')
    if (end < 0) break
    rest = rest.slice(end + 3).trimStart()
  }
  return rest
}

/** Whether a text is a whole page of HTML, not Markdown that begins with a tag. */
export function isPage(text: string): boolean {
  return PAGE.test(fromFirstTag(text))
}

const IGNORE = () => {}
const ignoring = {
  beginObject: IGNORE,
  endObject: IGNORE,
  beginArray: IGNORE,
  endArray: IGNORE,
  key: IGNORE,
  scalar: IGNORE,
}

/** JSON or JSON Lines; null for what only begins with a bracket, as "[1] A note" does. */
function jsonType({ sample, isCut }: TextDescription): string | null {
  if (!/^\s*(?:\{\s*"|\[\s*[[{"])/.test(sample)) return null
  try {
    const rest = sample.slice(readJson(sample, 0, ignoring))
    if (rest === '') return Json
    return /^[[{]/.test(rest) ? JsonLines : null
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return isCut && error.isCutOff ? Json : null
  }
}

/** Only where rows are many and alike, and the first reads as a header: prose has commas, too. */
function looksTabular(sample: string): string | null {
  const delimiter = csvDelimiter(sample)
  if (delimiter === '|') return null
  const counts = countsPerRow(sample, delimiter).slice(0, 20)
  const [first = 0] = counts
  const least = delimiter === '\t' ? 1 : 2
  // The last may be cut.
  if (counts.length < 3 || first < least || counts.slice(0, -1).some((count) => count !== first)) return null
  const names = sample.slice(0, lineEnd(sample, 0)).split(delimiter)
  const isHeader = names.every((name) => /^[^.!?]{1,40}$/.test(name.trim())) && new Set(names).size > first
  if (!isHeader) return null
  return delimiter === '\t' ? Tsv : Csv
}

/**
 * The type of a text. A declared text type holds, but that a whole page of HTML is no text/plain. Else JSON is known by
 * its content, then the name decides, then what is declared, then Markdown's signs and a table's rows.
 */
export function textType(text: TextDescription): string {
  const { sample, mimeType, name } = text
  const declared = mediaType(mimeType ?? '')
  if (declared.startsWith('text/') && declared !== Plain) return declared
  if (isPage(sample)) return Html
  if (declared === Plain) return Plain
  const named = namedTextType(name) ?? BY_DECLARATION.get(declared)
  const json = jsonType(text)
  if (json) return named === JsonLines ? JsonLines : json
  // What is called JSON and begins like it is read as JSON, which then says where it is broken.
  if (named && (named !== Json || /^\s*[[{]/.test(sample))) return named
  if (MARKDOWN_SIGNS.some((sign) => sign.test(sample))) return Markdown
  if (FRAGMENT.test(fromFirstTag(sample))) return Html
  return looksTabular(sample) ?? Plain
}
