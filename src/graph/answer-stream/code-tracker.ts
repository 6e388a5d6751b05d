/** What is open behind the text so far. */
interface InlineCode {
  /** How many backticks opened it. */
  readonly run: number
  /** Code units on the line so far. */
  line: number
  /** It goes on from the line before. */
  second: boolean
}

export interface CodeTracker {
  push(text: string): void
  /**
   * Whether what stands at `at` is code, where `before` code units lie between it and what was pushed. Null where that
   * depends on text that is still to come: at most two lines of `longestLine`.
   */
  holds(text: string, at: number, before: number, ended: boolean): boolean | null
}

const longestLine = 300
const lineBreak = /[\n\r\u2028\u2029]/
const fenceAhead = /\n {0,3}(?:`{3}|~{3})/y
const perhapsFence = /\n {0,3}[`~]{0,2}(?![\s\S])/y

/**
 * Follows a text and knows what codeSpans() (mask.ts) will take for code in it: fenced blocks, one that is never closed
 * included, and inline code of one to three backticks. In doubt it says no.
 */
export function createCodeTracker(): CodeTracker {
  const fence = createFence()
  let ticks = 0
  let open: InlineCode | null = null

  /** What is open once a run of backticks has ended. */
  const afterRun = (): InlineCode | null => {
    if (ticks === 0) return open
    if (open && open.run === ticks && open.line >= 1) return null
    return ticks <= 3 ? { run: ticks, line: 0, second: false } : null
  }
  const pushChar = (char: string): void => {
    if (fence.push(char)) {
      open = null
      ticks = 0
      return
    }
    if (char === '`') {
      ticks += 1
      return
    }
    open = afterRun()
    ticks = 0
    if (!open) return
    if (char !== '\n') {
      open.line += 1
      if (open.line > longestLine) open = null
    } else if (open.second || open.line === 0) open = null
    else {
      open.second = true
      open.line = 0
    }
  }

  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) pushChar(text[at] as string)
    },
    holds(text, at, before, ended) {
      if (fence.isOpen) return true
      const code = afterRun()
      if (!code) return false
      let line = code.line + before
      let second = code.second
      for (let i = at; i < text.length; i += 1) {
        if (text[i] === '`') {
          let end = i
          while (text[end] === '`') end += 1
          if (end === text.length && !ended) return null
          return end - i === code.run && line >= 1 && line <= longestLine
        }
        if (line > longestLine) return false
        if (text[i] !== '\n') line += 1
        else {
          fenceAhead.lastIndex = perhapsFence.lastIndex = i
          if (second || line === 0 || fenceAhead.test(text)) return false
          if (!ended && perhapsFence.test(text)) return null
          second = true
          line = 0
        }
      }
      return ended ? false : null
    },
  }
}

/** A fenced block: push() says whether the character is in one. */
function createFence(): { push(char: string): boolean; readonly isOpen: boolean } {
  /** Blanks at the start of the line, or -1 behind anything else. */
  let indent = 0
  let mark = ''
  let opening: string | null = null
  let open: string | null = null
  /** Of the line within the block: how much of the closing mark is there, or -1. */
  let closing = 0
  let blanks = false

  const inside = (char: string): void => {
    if (lineBreak.test(char)) {
      if (closing >= (open?.length ?? 0)) open = null
      closing = indent = 0
      blanks = false
      mark = ''
    } else if (closing === 0 && char === ' ' && indent >= 0 && indent < 3) indent += 1
    else if (closing < (open?.length ?? 0)) closing = closing >= 0 && char === open?.[0] ? closing + 1 : -1
    else if (char === ' ' || char === '\t') blanks = true
    else if (blanks || (char !== '`' && char !== '~')) closing = -1
    if (closing === -1) indent = -1
  }
  const outside = (char: string): void => {
    const isMark = char === '`' || char === '~'
    if (isMark && (mark === '' ? indent >= 0 : mark[0] === char)) {
      mark += mark.length > 16 ? '' : char
      indent = -2
      return
    }
    // Only the run at the start of the line, and none that another mark follows, opens a block.
    if (indent === -2) {
      if (mark.length >= 3 && mark.length <= 16 && !isMark) opening ??= mark
      indent = -1
    }
    mark = ''
    if (lineBreak.test(char)) {
      if (char === '\n' && opening !== null) {
        open = opening
        opening = null
        closing = 0
        blanks = false
      }
      indent = 0
    } else indent = char === ' ' && indent >= 0 && indent < 3 ? indent + 1 : -1
  }

  return {
    push(char) {
      if (open !== null) {
        inside(char)
        return true
      }
      outside(char)
      return open !== null
    },
    get isOpen() {
      return open !== null
    },
  }
}
