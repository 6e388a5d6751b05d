import { isWide, widthOf } from './visible-text.ts'

/** Line breaks, blanks, characters that a line may break around, and words. */
const token = /\n|[^\S\n]+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s]/gu

/** Wraps text that comes in pieces. A word is written once it is whole, so it never moves afterwards. */
export class WordWrap {
  readonly #columns: number
  readonly #indent: string
  #column = 0
  #blank = ''
  #word = ''

  constructor(columns: number, indent = '') {
    this.#columns = columns - indent.length
    this.#indent = indent
  }

  push(text: string): string {
    let out = ''
    for (const [part] of text.matchAll(token)) {
      if (part === '\n') {
        out += `${this.#flush()}\n`
        this.#column = 0
      } else if (part.trim() === '') {
        out += this.#flush()
        this.#blank = ' '
      } else if (isWide(part)) {
        // Scripts without spaces break between any two characters.
        out += this.#flush()
        this.#word = part
      } else this.#word += part
    }
    return out
  }

  /** What is left, without a line end. */
  end(): string {
    return this.#flush()
  }

  #flush(): string {
    const word = this.#word
    const blank = this.#blank
    this.#word = ''
    this.#blank = ''
    if (word === '') return ''
    const width = widthOf(word)
    if (this.#column === 0) {
      this.#column = width
      return this.#indent + word
    }
    if (this.#column + blank.length + width > this.#columns) {
      this.#column = width
      return `\n${this.#indent}${word}`
    }
    this.#column += blank.length + width
    return blank + word
  }
}
