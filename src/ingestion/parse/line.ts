/** The index of the line feed that ends the line at `start`, or the text's length. */
export function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}

const NON_BLANK = /\S/y

/** Whether the line [start, end) has nothing but white space. */
export function isBlankLine(text: string, start: number, end: number): boolean {
  let at = start
  while (at < end) {
    NON_BLANK.lastIndex = at
    if (NON_BLANK.test(text)) return false
    at += 1
  }
  return true
}
