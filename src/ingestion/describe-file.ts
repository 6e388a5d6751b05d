import { FailureCode, FailureError } from '../failure.ts'
import { documentLimits } from './document-limits.ts'
import { holdingFile } from './file-memory.ts'
import { isReadable } from './parse/parse.ts'
import { recogniseType } from './parse/sniff-type.ts'
import { unsupportedType } from './parse/unsupported-type.ts'
import type { UploadedFile } from './uploaded-file.ts'

/** What accepting a file needs to know of its content. */
export interface FileDescription {
  readonly mimeType: string
  /** Of a text: its first characters; null for other types, and for what is not UTF-8. */
  readonly beginning: string | null
  /** The file's name as a title; null where it has none. */
  readonly title: string | null
}

/** Bytes of a text that are decoded for its beginning. */
const beginningBytes = 32 * 1024

/**
 * Looks into a file, which is in memory only meanwhile.
 * @throws FailureError TOO_LARGE, EMPTY, or UNSUPPORTED_TYPE for what is surely none that can be read
 */
export async function describeFile(
  file: UploadedFile,
  given: { readonly mimeType: string | null },
): Promise<FileDescription> {
  if (file.tooLarge) {
    throw new FailureError(
      FailureCode.TooLarge,
      `The file has ${file.size} bytes; at most ${documentLimits.fileBytes} are accepted.`,
    )
  }
  return holdingFile(file.size, async () => {
    const content = await file.read()
    if (isBlank(content)) {
      throw new FailureError(FailureCode.Empty, 'The file has nothing but white space.')
    }
    const mimeType = await recogniseType({
      bytes: content,
      name: file.name,
      mimeType: given.mimeType ?? file.mimeType,
    })
    // At once and not by a job.
    if (!isReadable(mimeType)) throw unsupportedType(mimeType)
    return {
      mimeType,
      beginning: mimeType.startsWith('text/') ? beginningOf(content) : null,
      title: titleOfName(file.name),
    }
  })
}

/** A plain loop: a callback for each of 64 Mi bytes would hold up everything else. */
function isBlank(content: Buffer): boolean {
  for (let at = 0; at < content.length; at++) if ((content[at] ?? 0) > 0x20) return false
  return true
}

function beginningOf(content: Buffer): string | null {
  try {
    // As a stream: the character that is cut at the end is left out.
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const text = decoder.decode(content.subarray(0, beginningBytes), { stream: true })
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

function titleOfName(name: string | null): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking these out is what it is for
  const shown = (name ?? '').replace(/[\u0000-\u001f\u007f]/g, ' ').trim()
  const dot = shown.lastIndexOf('.')
  const title = dot > 0 ? shown.slice(0, dot).trim() : shown
  return title.slice(0, documentLimits.titleCharacters).toWellFormed() || null
}
