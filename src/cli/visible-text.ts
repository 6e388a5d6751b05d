import { stripVTControlCharacters } from 'node:util'

/** C0 and C1 controls, and the marks that reorder text: what could move the cursor or disguise a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: taking these out is what it is for
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text of a document or a model, which may hold escape sequences, made safe for a terminal. */
export function visibleText(text: string): string {
  return stripVTControlCharacters(text).replace(unsafe, '')
}

/** On one line. */
export function oneLine(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).trim()
}

const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff00-\uff60]/u

export function isWide(character: string): boolean {
  return wide.test(character)
}

/** Columns that the text takes in a terminal; Chinese, Japanese and Korean take two a character. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += isWide(character) ? 2 : 1
  return width
}

/** The start of the text, with an ellipsis where it does not fit. */
export function shortened(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let width = 1
  let kept = ''
  for (const character of text) {
    width += isWide(character) ? 2 : 1
    if (width > columns) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}
