import { markersOf } from './markers.ts'
import { codeSpans } from './mask.ts'

type Rule = readonly [pattern: RegExp, replacement: string]

const tag =
  /<\/?(?:a|abbr|b|br|code|dfn|div|em|font|hr|i|img|kbd|li|mark|ol|p|pre|s|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]{0,500})?\/?>/gi

/** Markup of whole lines. */
const lineRules: readonly Rule[] = [
  [/^\s*(?:\/{3,}|:{3,}|!!!|\?\?\?\+?)\s*[\w-]*\s*(?:\|\s*)?["']?([^"'\n]*)["']?\s*$/gm, '$1'],
  [/^\s*\{[*%][^\n]{0,500}[*%]\}\s*$/gm, ''],
  [/^\s*>\s?\[![A-Z]+\]\s*$/gm, ''],
  [/^(?:\s*>)+\s?/gm, ''],
  [/^\s*#{1,6}(?:\s+|$)/gm, ''],
  [/\s+#+\s*$/gm, ''],
  [/^\s*(?:[-*+•‣▪◦·]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/gm, ''],
  [/^\s*(?:=+|[-*_](?:\s*[-*_]){2,})\s*$/gm, ''],
  [/^\s*\|?(?:\s*:?-{2,}:?\s*\|?)+\s*$/gm, ''],
  [/^\s*\|\s*|\s*\|\s*$/gm, ''],
]

/** Markup within a line, outside code. */
const inlineRules: readonly Rule[] = [
  [/<!--[^\n]{0,500}?-->/g, ''],
  [/!\[([^\][\n]{0,300})\]\([^()\n]{0,1000}\)/g, '$1'],
  [/\[([^\][\n]{1,300})\]\((?:[^()\n]|\([^()\n]{0,100}\)){0,1000}\)/g, '$1'],
  [/\[(?!\^?\d{1,3}\])([^\][\n]{1,300})\]\[[^\][\n]{0,100}\]/g, '$1'],
  // A source's own [3] or [^3] would read as a citation of the answer's third passage.
  [/\s?\[\^?\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,5}\]/g, ''],
  [/[【［]\d{1,3}[^】］\n]{0,20}[】］]/g, ''],
  [/\[\^[^\][\n]{1,50}\]/g, ''],
  [/<((?:https?|mailto):[^<>\s]{1,500})>/g, '$1'],
  [/\s?\{\s*[#.:][^{}\n]{1,200}\}/g, ''],
  [/(?<!\d)(\*{1,3})(?=\S)([^*\n]{1,500}?)(?<=\S)\1(?!\d)/g, '$2'],
  [/(?<![\p{L}\p{N}_])(_{1,3})(?=\S)([^\n]{1,500}?)(?<=\S)\1(?![\p{L}\p{N}_])/gu, '$2'],
  [/~~([^~\n]{1,300})~~/g, '$1'],
  [tag, ''],
  [/\\([\\`*_{}[\]()#+.!|<>~-])/g, '$1'],
  [/&nbsp;/g, ' '],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&quot;/g, '"'],
  [/&#0?39;|&apos;/g, "'"],
  [/&amp;/g, '&'],
]

/** Private use: stands for a code span while the rules for prose run, which must not touch it. */
const HOLD = '\uE000'

/**
 * A sentence of Markdown as a reader reads it, on one line. Code keeps its characters and loses its backticks,
 * except where an index such as `a[1]` would then pass for a citation. Plain text comes back as it is.
 */
export function plainText(markdown: string): string {
  const codes: string[] = []
  let text = ''
  let at = 0
  const source = markdown.replaceAll(HOLD, '')
  for (const span of codeSpans(source)) {
    text += source.slice(at, span.start) + HOLD
    codes.push(plainCode(source.slice(span.start, span.end)))
    at = span.end
  }
  text += source.slice(at)
  for (const [pattern, replacement] of lineRules) text = text.replace(pattern, replacement)
  for (const [pattern, replacement] of inlineRules) text = text.replace(pattern, replacement)
  let next = 0
  text = text
    .replaceAll(HOLD, () => codes[next++] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
  // Taking markup away can bring a bracket and a number together that stood apart.
  for (let left = markersOf(text); left.length > 0; left = markersOf(text)) {
    for (const { start, end } of left.reverse()) text = `${text.slice(0, start)}${text.slice(end)}`
    text = text.trim()
  }
  return text
}

function plainCode(code: string): string {
  const fenced = /^\s*(?:`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n?(?:\s*(?:`{3,}|~{3,})\s*)?$/.exec(code)
  const inner = fenced?.[1] ?? code.replace(/^`+\s?|\s?`+$/g, '')
  return markersOf(inner).length > 0 ? `\`${inner.replaceAll('`', "'")}\`` : inner
}
