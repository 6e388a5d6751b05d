import { createHash } from 'node:crypto'
import { FailureCode, FailureError } from '../failure.ts'
import { firstIllFormed } from '../lib/unicode.ts'
import { canonicalLanguage } from '../retrieval/lexical/language/language-tag.ts'
import { describeFile } from './describe-file.ts'
import { documentLimits } from './document-limits.ts'
import type { DocumentDraft } from './ingestion.ts'
import { parseAsWritten } from './parse/parse.ts'
import { typeOfGivenText } from './parse/sniff-type.ts'
import { checkSourceUrl } from './source-url.ts'
import type { UploadedFile } from './uploaded-file.ts'

/** A draft that keeps all limits, ready to be written. */
export interface PreparedDocument {
  readonly externalId: string | null
  /** As the caller gave it; null where the source's own is used. */
  readonly givenTitle: string | null
  readonly title: string
  readonly mimeType: string
  readonly size: number
  /** Of a file, read anew with each call: for one document at a time. */
  readonly readBytes: () => Promise<Buffer>
  /** SHA-256 of the bytes, lower-case hex. */
  readonly contentHash: string
  /** Where the content is fetched from, then the bytes are none yet; null where they are here. */
  readonly url: string | null
  /** JSON text; null where none was given. */
  readonly metadata: string | null
  /** BCP 47, canonical; null where none was given. */
  readonly language: string | null
}

/** @throws FailureError with what is wrong with this document, which is then rejected alone */
export async function prepareDocument(draft: DocumentDraft): Promise<PreparedDocument> {
  checkString('externalId', draft.externalId, documentLimits.externalIdCharacters)
  checkString('title', draft.title, documentLimits.titleCharacters)
  checkString('mimeType', draft.mimeType, documentLimits.mimeTypeCharacters)
  const metadata = draft.metadata == null ? null : checkMetadata(draft.metadata)
  const said = { metadata, language: checkLanguage(draft.language ?? null) }
  if ('file' in draft.source) return prepareFile(draft, draft.source.file, said)
  if ('text' in draft.source) return prepareText(draft, draft.source.text, said)
  return prepareUrl(draft, draft.source.url, said)
}

type Said = Pick<PreparedDocument, 'metadata' | 'language'>

function prepareText(draft: DocumentDraft, text: string, said: Said): PreparedDocument {
  checkWellFormed('source.text', text)
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > documentLimits.textBytes) {
    throw new FailureError(
      FailureCode.TooLarge,
      `source.text has ${bytes.length} bytes; at most ${documentLimits.textBytes} are accepted`,
    )
  }
  if (text.trim() === '') throw new FailureError(FailureCode.Empty, 'source.text has nothing but white space')
  const mimeType = typeOfGivenText(text, draft.externalId, draft.mimeType)
  return {
    externalId: draft.externalId,
    givenTitle: draft.title,
    title: draft.title ?? writtenTitle(text, mimeType) ?? draft.externalId ?? firstWords(text, mimeType),
    mimeType,
    size: bytes.length,
    readBytes: () => Promise.resolve(bytes),
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    url: null,
    ...said,
  }
}

const nothing = Buffer.alloc(0)

/** Known by its address where the caller has no id for it. Type and title are told by what is fetched. */
function prepareUrl(draft: DocumentDraft, given: string, said: Said): PreparedDocument {
  const { url, name } = checkSourceUrl(given)
  return {
    externalId: draft.externalId ?? urlId(url),
    givenTitle: draft.title,
    title: draft.title ?? name,
    mimeType: draft.mimeType ?? 'application/octet-stream',
    size: 0,
    readBytes: () => Promise.resolve(nothing),
    contentHash: createHash('sha256').update(nothing).digest('hex'),
    url,
    ...said,
  }
}

async function prepareFile(draft: DocumentDraft, file: UploadedFile, said: Said): Promise<PreparedDocument> {
  const { mimeType, beginning, title } = await describeFile(file, draft)
  return {
    externalId: draft.externalId,
    givenTitle: draft.title,
    title:
      draft.title ??
      writtenTitle(beginning ?? '', mimeType) ??
      title ??
      draft.externalId ??
      firstWords(beginning ?? '', mimeType),
    mimeType,
    size: file.size,
    readBytes: () => file.read(),
    contentHash: file.sha256,
    url: null,
    ...said,
  }
}

function urlId(url: string): string {
  if (url.length <= documentLimits.externalIdCharacters) return url
  return `urn:sha256:${createHash('sha256').update(url).digest('hex')}`
}

const titleSearch = 8_192

/**
 * Of text that stays as it was written, from its beginning: a long one is not parsed here for it. What other formats
 * call themselves is known when they are parsed.
 */
function writtenTitle(text: string, mimeType: string): string | null {
  const title = parseAsWritten(text.slice(0, titleSearch).toWellFormed(), mimeType)?.title
  return title?.slice(0, documentLimits.titleCharacters).toWellFormed() ?? null
}

/** The source of other formats does not read like a title. */
function firstWords(text: string, mimeType: string): string {
  if (!parseAsWritten('', mimeType)) return 'Untitled'
  const line = text.trimStart().split('\n', 1)[0]?.slice(0, 80).toWellFormed().trimEnd()
  return line || 'Untitled'
}

function checkString(field: string, value: string | null, most: number): void {
  if (value === null) return
  if (value.length > most)
    throw invalid(`${field} has ${value.length} characters; at most ${most} are accepted`)
  if (value.trim() === '') throw invalid(`${field} is blank; leave it out instead`)
  checkWellFormed(field, value)
}

function checkLanguage(tag: string | null): string | null {
  if (tag === null) return null
  const language = canonicalLanguage(tag)
  if (language === null) throw invalid('language is no BCP 47 tag of a language, such as de or pt-BR')
  return language
}

function checkWellFormed(field: string, value: string): void {
  const problem = firstIllFormed(value)
  if (problem) throw invalid(`${field} contains a ${problem}, which text cannot hold`)
}

function checkMetadata(metadata: unknown): string {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw invalid('metadata is not a JSON object')
  }
  if (isDeeper(metadata, documentLimits.metadataDepth)) {
    throw invalid(`metadata is nested deeper than ${documentLimits.metadataDepth} levels`)
  }
  const json = JSON.stringify(metadata)
  const bytes = Buffer.byteLength(json)
  if (bytes > documentLimits.metadataBytes) {
    throw invalid(
      `metadata has ${bytes} bytes serialised; at most ${documentLimits.metadataBytes} are accepted`,
    )
  }
  // JSON.stringify writes both as escapes, which PostgreSQL's jsonb refuses or changes.
  if (/\\u0000|\\ud[89ab]|\\ud[c-f]/i.test(json)) checkStringsIn(metadata)
  return json
}

function checkStringsIn(value: unknown): void {
  if (typeof value === 'string') checkWellFormed('metadata', value)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      checkWellFormed('metadata', key)
      checkStringsIn(member)
    }
  }
}

/** Looks no further than the limit: hostile nesting must not exhaust the stack, nor hostile breadth. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
}

function invalid(message: string): FailureError {
  return new FailureError(FailureCode.InvalidInput, message)
}
