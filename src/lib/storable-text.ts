/** NUL cannot be stored in PostgreSQL's text or jsonb. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the character to take out
const nul = /\u0000/g
const highAtEnd = /[\ud800-\udbff]$/

/**
 * Makes streamed text storable piece by piece: NUL goes, and half of a surrogate pair waits for its other
 * half, because jsonb refuses one alone. What was pushed and flushed, joined, is the text to store.
 */
export function storableText(): { push(piece: string): string; flush(): string } {
  let held = ''
  return {
    push(piece) {
      const text = (held + piece).replace(nul, '')
      held = highAtEnd.exec(text)?.[0] ?? ''
      return text.slice(0, text.length - held.length).toWellFormed()
    },
    flush() {
      const rest = held.toWellFormed()
      held = ''
      return rest
    },
  }
}
