import { createHash } from 'node:crypto'
import { FailureCode, FailureError } from '../failure.ts'
import { firstIllFormed } from '../lib/unicode.ts'
import { documentLimits } from './document-limits.ts'
import type { DocumentDraft } from './ingestion.ts'
import { parseAsWritten } from './parse/parse.ts'
import { typeOfGivenText } from './parse/sniff-type.ts'

/** A draft that keeps all limits, ready to be written. */
export interface PreparedDocument {
  readonly externalId: string | null
  /** As the caller gave it; null where the source's own is used. */
  readonly givenTitle: string | null
  readonly title: string
  readonly mimeType: string
  readonly bytes: Buffer
  /** SHA-256 of the bytes, lower-case hex. */
  readonly contentHash: string
  /** JSON text; null where none was given. */
  readonly metadata: string | null
}

/** @throws FailureError with what is wrong with this document, which is then rejected alone */
export function prepareDocument(draft: DocumentDraft): PreparedDocument {
  if (!('text' in draft.source)) {
    const kind = 'url' in draft.source ? 'URLs' : 'file uploads'
    throw new FailureError(
      FailureCode.UnsupportedType,
      `source: ${kind} are not supported by this version; give text`,
    )
  }
  const { text } = draft.source
  checkString('externalId', draft.externalId, documentLimits.externalIdCharacters)
  checkString('title', draft.title, documentLimits.titleCharacters)
  checkString('mimeType', draft.mimeType, documentLimits.mimeTypeCharacters)
  checkWellFormed('source.text', text)
  const metadata = draft.metadata == null ? null : checkMetadata(draft.metadata)
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
    title: draft.title ?? titleOf(text, mimeType, draft.externalId),
    mimeType,
    bytes,
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    metadata,
  }
}

const titleSearch = 8_192

/**
 * Of text that stays as it was written, from its beginning: a long one is not parsed here for it. What other formats
 * call themselves is known when they are parsed, and their source does not read like a title.
 */
function titleOf(text: string, mimeType: string, externalId: string | null): string {
  const beginning = text.slice(0, titleSearch).toWellFormed()
  const parsed = parseAsWritten(beginning, mimeType)
  if (!parsed) return externalId ?? 'Untitled'
  return (
    parsed.title?.slice(0, documentLimits.titleCharacters).toWellFormed() ?? externalId ?? firstWords(text)
  )
}

function firstWords(text: string): string {
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
