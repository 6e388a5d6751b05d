import type { Block } from './parsed-document.ts'

/** What a block is, apart from its place. */
export type BlockDescription = Omit<Block, 'start' | 'end' | 'words'>

/** Makes the text of a format that has none of its own: blocks, with a blank line between them. */
export class DocumentWriter {
  readonly blocks: Block[] = []
  readonly #parts: string[] = []
  #length = 0

  get isEmpty(): boolean {
    return this.blocks.length === 0
  }

  /** A blank text is no block. */
  add(description: BlockDescription, text: string): void {
    const content = text.trimEnd()
    if (content === '') return
    if (this.#length > 0) this.#write('\n\n')
    const start = this.#length
    this.#write(content)
    this.blocks.push({ ...description, start, end: this.#length })
  }

  text(): string {
    return this.#parts.join('')
  }

  #write(part: string): void {
    this.#parts.push(part)
    this.#length += part.length
  }
}
