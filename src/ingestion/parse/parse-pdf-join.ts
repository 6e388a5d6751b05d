import type { TextLine } from './parse-pdf-lines.ts'
import { isFull } from './parse-pdf-paragraphs.ts'

const HYPHENATED = /(\p{L}{2,})[-\u2010\u00ad]$/u
const CONTINUED = /^\p{Ll}\p{L}*/u
/** Written without spaces, so that a line's end is none either. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u
const COMPOUND = /\p{L}+[-\u2010]\p{L}+/gu

/** The compounds that the lines have with their hyphen inside of a line, in lower case. */
export function compoundsOf(lines: Iterable<TextLine>): ReadonlySet<string> {
  const compounds = new Set<string>()
  for (const { text } of lines) {
    for (const [word] of text.matchAll(COMPOUND)) compounds.add(word.replace('\u2010', '-').toLowerCase())
  }
  return compounds
}

/**
 * The lines of a paragraph as running text: a space for the end of a full line, a line break for that of one that could
 * have gone on, and the two parts of a hyphenated word joined. The hyphen stays where the document has
 * the same compound inside of a line, before a capital, and after a single letter.
 */
export function joinLines(lines: readonly TextLine[], compounds: ReadonlySet<string>): string {
  const parts: string[] = []
  let last: TextLine | null = null
  for (const line of lines) {
    if (last) {
      const hyphenated = HYPHENATED.exec(last.text)
      const continued = CONTINUED.exec(line.text)
      if (hyphenated && continued) {
        const isCompound = compounds.has(`${hyphenated[1]}-${continued[0]}`.toLowerCase())
        parts.push(isCompound ? last.text : last.text.slice(0, -1))
      } else parts.push(last.text, separator(last, line))
    }
    last = line
  }
  if (last) parts.push(last.text)
  return parts.join('')
}

function separator(last: TextLine, line: TextLine): string {
  if (last.page === line.page && !isFull(last, line)) return '\n'
  const unspaced = UNSPACED.test(last.text.at(-1) ?? '') && UNSPACED.test(line.text.at(0) ?? '')
  return unspaced ? '' : ' '
}
