/**
 * What a Markdown renderer is in the middle of, as far as that decides whether a link can begin. It says `fenced` only
 * where every renderer agrees, because what is fenced is let through: a fence in the first column, closed or not, that
 * no HTML block can hold.
 */
export interface BlockTracker {
  push(text: string): void
  readonly fenced: boolean
  /** The block has an image, or what may become one. */
  readonly image: boolean
  /** The block begins with a bracket, as the definition of a link does. */
  readonly label: boolean
  /** An odd number of backtick runs on the line so far. */
  readonly inCode: boolean
  readonly last: string
  /** What the text ends with and may be a part of the name of an address or an e-mail address. */
  readonly word: string
}

/** More than an address has: renderers differ in what they take for a part of a name. */
const inWord = /[^\s()<>[\]]/
/** A line as long as this opens no fence and is not blank. */
const longLine = 200
const container = /[\s>*+\-\d.)]/

export function createBlockTracker(): BlockTracker {
  let last = ''
  let word = ''
  let image = false
  let label = false
  let html = false
  let runs = 0
  /** Only what may stand before a block's own text: blanks, quote and list marks. */
  let bare = true
  let line = ''
  let fence: string | null = null

  const endLine = (): void => {
    if (fence !== null) {
      const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
      if (closing?.startsWith(fence)) fence = null
    } else {
      const opening = /^(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line)
      if (opening && !html && line.length < longLine) fence = opening[1] ?? opening[2] ?? null
    }
    if (line.trim() === '' && line.length < longLine) image = label = html = false
    line = ''
    runs = 0
    bare = true
  }
  const pushChar = (char: string): void => {
    if (char === '\n' && last === '\r') {
      // The line has ended with the one before.
    } else if (char === '\n' || char === '\r') endLine()
    else {
      if (bare && char === '<') html = true
      if (bare && char === '[') label = true
      if (bare && !container.test(char)) bare = false
      if (char === '[' && last === '!') image = true
      if (char === '`' && last !== '`') runs += 1
      if (line.length < longLine) line += char
    }
    word = inWord.test(char) ? (word + char).slice(-64) : ''
    last = char
  }

  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) pushChar(text[at] as string)
    },
    get fenced() {
      return fence !== null
    },
    get image() {
      return image
    },
    get label() {
      return label
    },
    get inCode() {
      return runs % 2 === 1
    },
    get last() {
      return last
    },
    get word() {
      return word
    },
  }
}
