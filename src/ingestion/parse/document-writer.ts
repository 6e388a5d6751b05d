import { BlockList } from './block-list.ts'
import type { Block, ParsedDocument } from './parsed-document.ts'
import { LONGEST_TEXT, TextBuffer } from './text-buffer.ts'

/** What a block is, apart from its place. */
export type BlockDescription = Omit<Block, 'start' | 'end' | 'words'>

/** Makes the text of a format that has none of its own: blocks, with a blank line between them. */
export class DocumentWriter {
  readonly #blocks = new BlockList()
  readonly #text: TextBuffer
  /** Of the block that is open: where it begins, and its last line, whose end is trimmed if no other follows. */
  #start = 0
  #line: string | null = null

  /** `most`: bytes of UTF-8, beyond which it throws TextTooLong. */
  constructor(most = LONGEST_TEXT) {
    this.#text = new TextBuffer(most)
  }

  /** A blank text is no block. */
  add(description: BlockDescription, text: string): void {
    const content = text.trimEnd()
    if (content === '') return
    this.addLine(content)
    this.end(description)
  }

  /** Adds a line, which is not blank, to the open block, or opens one. */
  addLine(line: string): void {
    if (this.#line !== null) {
      this.#text.add(this.#line)
      this.#text.add('\n')
    } else {
      if (this.#text.length > 0) this.#text.add('\n\n')
      this.#start = this.#text.length
    }
    this.#line = line
  }

  /** Ends the block if one is open. */
  end(description: BlockDescription): void {
    if (this.#line === null) return
    this.#text.add(this.#line.trimEnd())
    this.#line = null
    this.#blocks.add({ ...description, start: this.#start, end: this.#text.length })
  }

  /** What was written, which is then forgotten. */
  take(title: string | null): ParsedDocument {
    return { text: this.#text.take(), title, blocks: this.#blocks }
  }
}

/** What was written, to be taken when nothing holds the source any more. */
export interface WrittenDocument {
  readonly writer: DocumentWriter
  readonly title: string | null
}
