/** Shapes of letters that fonts have as one glyph: Latin, Armenian, Hebrew and Arabic presentation forms. */
const SHAPES = /[\ufb00-\ufb4f\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]+/g

/** What a font's map gives for glyphs that stand for no character. Line breaks among them would break lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the characters to take out
const UNMAPPED = /[\u0000-\u001f\u007f-\u009f\ufeff\ufffe\uffff]+/g

/** Whether anything in a text can be read. */
export const READABLE = /[^\s\ufffd\p{C}]/u

/**
 * Text of a PDF as characters: ligatures and other shapes are the letters they stand for, control characters are gone,
 * half a surrogate pair is U+FFFD. Everything else stays as it is.
 */
export function pdfText(text: string): string {
  return text
    .replace(SHAPES, (shapes) => shapes.normalize('NFKC'))
    .replace(UNMAPPED, '')
    .toWellFormed()
}
