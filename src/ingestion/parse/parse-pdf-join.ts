import type { TextLine } from './parse-pdf-lines.ts'
import { isFull } from './parse-pdf-paragraphs.ts'

/** On the end of a line: over a line of letters alone it would be quadratic. */
const HYPHENATED = /(\p{L}{2,})[-\u2010\u00ad]$/u
const LONGEST_WORD = 64
const CONTINUED = /^\p{Ll}\p{L}*/u
/** After a hyphen that stands for the end of a compound, as in "pre- and post-war". */
const CONJUNCTION = /^(?:and|or|to|und|oder|bis|sowie|et|ou|y|o|e)\b/u
const OPEN_COMPOUND = /[\p{L}\p{N}][-\u2010]$/u
/** Written without spaces, so that a line's end is none either. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u
const COMPOUND = /\p{L}{1,40}[-\u2010]\p{L}{1,40}/gu

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
 * have gone on, and the two parts of a hyphenated word joined. The hyphen stays before a capital or a digit, after a
 * single letter, and where the document has the same compound inside of a line.
 */
export function joinLines(lines: readonly TextLine[], compounds: ReadonlySet<string>): string {
  const parts: string[] = []
  let last: TextLine | null = null
  for (const line of lines) {
    if (last) {
      const hyphenated = HYPHENATED.exec(last.text.slice(-LONGEST_WORD))
      const continued = CONTINUED.exec(line.text)
      if (hyphenated && continued && !CONJUNCTION.test(line.text)) {
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
  if (OPEN_COMPOUND.test(last.text) && /^[\p{Lu}\p{N}]/u.test(line.text)) return ''
  if (last.page === line.page && !isFull(last, line)) return '\n'
  const unspaced = UNSPACED.test(last.text.at(-1) ?? '') && UNSPACED.test(line.text.at(0) ?? '')
  return unspaced ? '' : ' '
}
