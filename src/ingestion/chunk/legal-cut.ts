const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Letters of Latin and Han: between any two of them, and beside a space, a grapheme ends. */
function isSimple(unit: number): boolean {
  return (unit >= 0x20 && unit < 0x7f) || (unit >= 0x4e00 && unit <= 0x9fff)
}

/**
 * The last place in (start, at] where text may be cut: between two graphemes. Where one grapheme fills all of it, `at`
 * or, inside a surrogate pair, the place after the pair. `start` is itself such a place; start < at.
 */
export function legalCut(text: string, start: number, at: number): number {
  if (at >= text.length) return text.length
  if (isSimple(text.charCodeAt(at - 1)) && isSimple(text.charCodeAt(at))) return at
  const last = graphemes.segment(text.slice(start, at + 2)).containing(at - start)
  if (last && last.index > 0) return start + last.index
  const insidePair = text.charCodeAt(at - 1) >>> 10 === 0x36 && text.charCodeAt(at) >>> 10 === 0x37
  return insidePair ? at + 1 : at
}
