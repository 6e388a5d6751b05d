/** UTF-16 units of a line that are looked at; a longer one is no rule or delimiter row. */
export const LONGEST_MARKUP = 1_000

/** UTF-16 units of a heading's source. Each chunk carries its headings: what is longer is a paragraph. */
export const LONGEST_HEADING = 400

const FENCE = /^[ \t]*(?:(`{3,})[^`]*$|(~{3,}))/
const ATX = /^ {0,3}(#{1,6})(?:[ \t]|$)/
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/
const DELIMITER_ROW = /^[ \t|:-]+$/
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/
const COMMENT = /^ {0,3}<!--/
const INDENTED = /^(?: {2,}|\t)/

/** What a line of Markdown, looked at by itself, may be. The scanner decides by what stands before it. */
export type MarkdownLine =
  | { readonly is: 'fence'; readonly fence: string }
  | { readonly is: 'atx' | 'underline'; readonly level: number }
  | { readonly is: 'rule' | 'delimiter row' | 'list item' | 'comment' | 'indented' | 'text' }

/**
 * Recognises a line that is not blank (CommonMark 0.31.2 and GFM 0.29, with fences at any indentation, since lists
 * and admonitions indent them). `head` is the line's first LONGEST_MARKUP units, `long` whether there are more.
 */
export function markdownLine(head: string, long: boolean): MarkdownLine {
  const fence = FENCE.exec(head)
  if (fence) return { is: 'fence', fence: fence[1] ?? fence[2] ?? '' }
  if (COMMENT.test(head)) return { is: 'comment' }
  if (!long) {
    const atx = head.length <= LONGEST_HEADING ? ATX.exec(head) : null
    if (atx) return { is: 'atx', level: atx[1]?.length ?? 1 }
    const underline = SETEXT.exec(head)
    if (underline) return { is: 'underline', level: underline[1]?.startsWith('=') ? 1 : 2 }
    if (RULE.test(head)) return { is: 'rule' }
    if (DELIMITER_ROW.test(head) && head.includes('-') && head.includes('|')) return { is: 'delimiter row' }
  }
  if (LIST_ITEM.test(head)) return { is: 'list item' }
  return { is: INDENTED.test(head) ? 'indented' : 'text' }
}

/** Whether a line ends the code that `fence` began: the same character, at least as often, and nothing else. */
export function closesFence(head: string, fence: string): boolean {
  const line = head.trim()
  return line.length >= fence.length && line.startsWith(fence) && line === fence.charAt(0).repeat(line.length)
}
