/**
 * A stretch of a document, [start, end) in UTF-16 code units of its text. Blocks are in order and do not overlap; they
 * begin at the start of a line, indentation included, and leave out the line break at their end.
 */
export interface Block {
  /** Of code, tables and lists each line stands for itself: a line, a row, an item. */
  readonly kind: 'heading' | 'paragraph' | 'code' | 'table' | 'list'
  readonly start: number
  readonly end: number
  /** Of a heading: 1 (outermost) to 6. */
  readonly level?: number
  /** Of a heading: its words, where the text writes them with marks, as Markdown does. */
  readonly words?: string
  /** Of a paged source: the page it begins on, from 1. */
  readonly page?: number
}

export interface ParsedDocument {
  /**
   * Of text and Markdown the source as it was written, but for a byte order mark and CRLF, so that quotes are verbatim;
   * of the other formats the words that a reader sees, block by block.
   */
  readonly text: string
  /** What the document calls itself, in plain words; null where it does not. */
  readonly title: string | null
  /** There can be millions: to be gone through, not kept. */
  readonly blocks: Iterable<Block>
}
