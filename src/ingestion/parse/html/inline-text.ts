const SPACES = /[ \t\n\f\r\u00a0]+/g

/** Running text while it is collected, white space collapsed as browsers do; or verbatim, for code. */
export class InlineText {
  #parts: string[] = []
  #endsInSpace = true
  #verbatim = false
  /** Where the last link begins among the parts. */
  #mark = { parts: 0, endsInSpace: true, links: 0 }
  /** Characters that are links. */
  links = 0

  begin({ verbatim }: { verbatim: boolean }): void {
    this.#parts = []
    this.#endsInSpace = true
    this.#verbatim = verbatim
    this.links = 0
    this.mark()
  }

  get isVerbatim(): boolean {
    return this.#verbatim
  }

  add(text: string, isLink: boolean): void {
    if (text === '') return
    if (isLink) this.links += text.length
    if (this.#verbatim) {
      this.#parts.push(text)
      this.#endsInSpace = text.endsWith('\n')
      return
    }
    // A soft hyphen is not seen, and would part the word for a search.
    const collapsed = text.replaceAll('\u00ad', '').replace(SPACES, ' ')
    const part = this.#endsInSpace && collapsed.startsWith(' ') ? collapsed.slice(1) : collapsed
    if (part === '') return
    this.#parts.push(part)
    this.#endsInSpace = part.endsWith(' ')
  }

  mark(): void {
    this.#mark = { parts: this.#parts.length, endsInSpace: this.#endsInSpace, links: this.links }
  }

  /** Takes back what was added since the mark if all of it is a sign, of some characters at most. */
  dropFromMark(sign: RegExp): void {
    const { parts, endsInSpace, links } = this.#mark
    const added = this.#parts.length - parts
    if (added <= 0 || added > 4) return
    const text = this.#parts.slice(parts).join('')
    if (text.length > 8 || !sign.test(text)) return
    this.#parts.length = parts
    this.#endsInSpace = endsInSpace
    this.links = links
  }

  breakLine(): void {
    if (!this.#verbatim && this.#endsInSpace && this.#parts.length === 0) return
    this.#parts.push('\n')
    this.#endsInSpace = true
  }

  /** Between what stands apart: a line break in code, unless there is one, else a space. */
  part(): void {
    if (this.#endsInSpace) return
    if (this.#verbatim) this.breakLine()
    else this.add(' ', false)
  }

  /** What was collected, which is then forgotten. */
  take(): { text: string; links: number } {
    const joined = this.#parts.join('')
    const text = this.#verbatim ? joined.replace(/^\n/, '').trimEnd() : joined.replaceAll(' \n', '\n').trim()
    const { links } = this
    this.begin({ verbatim: false })
    return { text, links }
  }
}
