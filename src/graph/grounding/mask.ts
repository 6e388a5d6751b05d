/**
 * Parts of Markdown whose punctuation ends no sentence and whose brackets are no citation. Lengths are bounded:
 * without a bound, a text of nothing but "[" or "`" costs quadratic time.
 */
const fence = /^ {0,3}(`{3,16}|~{3,16})(?![`~])[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![\s\S]))/gm
const inlineCode = /(?<!`)(`{1,3})(?!`)[^`\n]{1,300}(?:\n[^`\n]{1,300})?\1(?!`)/g
const linkTarget = /(?<=\])\([^()\s]{1,500}(?:\([^()\s]{0,100}\))?(?:\s{1,3}"[^"\n]{0,200}")?\)/g
const url = /\b(?:https?|ftp):\/\/[^\s<>"'`\])}。、，]{1,2000}/g
/** Its attributes may hold whole sentences: `<abbr title="Input/Output: disk.">`. */
const tag = /<\/?[a-z][a-z0-9-]{0,30}(?:\s[^<>]{0,500})?>/gi
const trailingPunctuation = /[.,;:!?)\]]+$/

export type Span = { readonly start: number; readonly end: number }

/** Fenced blocks and inline code, in order. A fence that is never closed reaches to the end of the text. */
export function codeSpans(text: string): Span[] {
  const fences = [...text.matchAll(fence)].map((m) => ({ start: m.index, end: m.index + m[0].length }))
  const rest = blank(text, fences)
  const inline = [...rest.matchAll(inlineCode)].map((m) => ({ start: m.index, end: m.index + m[0].length }))
  return [...fences, ...inline].sort((a, b) => a.start - b.start)
}

/** Replaces the spans with spaces of the same length, so that offsets stay true; newlines stay. */
export function blank(text: string, spans: readonly Span[]): string {
  return fill(text, spans, ' ')
}

/**
 * The text with inline code, link targets, tags and URLs overwritten by capital X, and newlines by spaces, at the same
 * length: `app.get` or example.com/a.b must not end a sentence. Capital, because a lower-case letter after a
 * full stop would tell the segmenter that the sentence goes on.
 */
export function maskInline(text: string): string {
  const spans: Span[] = []
  for (const m of text.matchAll(inlineCode)) spans.push({ start: m.index, end: m.index + m[0].length })
  for (const m of text.matchAll(linkTarget)) spans.push({ start: m.index, end: m.index + m[0].length })
  for (const m of text.matchAll(tag)) spans.push({ start: m.index, end: m.index + m[0].length })
  for (const m of text.matchAll(url)) {
    const kept = m[0].replace(trailingPunctuation, '')
    spans.push({ start: m.index, end: m.index + kept.length })
  }
  return fill(text, spans, 'X').replace(/[\r\n\u2028\u2029]/g, ' ')
}

function fill(text: string, spans: readonly Span[], char: string): string {
  let out = ''
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.end <= at) continue
    const from = Math.max(at, span.start)
    out += text.slice(at, from) + text.slice(from, span.end).replace(/[^\r\n]/g, char)
    at = span.end
  }
  return out + text.slice(at)
}
