const ATX_OPENING = /^ {0,3}#{1,6}(?=[ \t]|$)/
const ATX_CLOSING = /(?:^|[ \t])#+[ \t]*$/
const SETEXT_UNDERLINE = /\n[^\n]*$/
/** `{ #anchor }` of attr_list and MkDocs, `{: #anchor }` of kramdown. */
const ATTRIBUTES = /\{:?[ \t]*[#.][^{}]*\}[ \t]*$/
/**
 * Code first: what it holds is no Markdown. Then images and links, tags, escapes, and emphasis, whose marks are dropped
 * without looking for their pairs: no alternative scans far, so that hostile headings cost little.
 */
const INLINE =
  /(?<!`)`+(?<code>[^`]+)`+|!?\[(?<label>[^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])|<\/?[a-zA-Z](?:"[^"]*"|'[^']*'|[^<>"'])*>|\\(?<escaped>[!-/:-@[-`{-~])|(?<!\*)\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?!\*)|~~|(?<![\p{L}\p{N}_])_+(?=\S)|(?<=[^\s_])_+(?![\p{L}\p{N}_])/gu

/**
 * A heading's words, from its Markdown: `## [Path](x) *parameters* ## { #path }` is "Path parameters". Its input is
 * short (LONGEST_HEADING).
 */
export function headingText(source: string): string {
  const line = ATX_OPENING.test(source)
    ? source.replace(ATX_OPENING, '').replace(ATTRIBUTES, '').replace(ATX_CLOSING, '')
    : source.replace(SETEXT_UNDERLINE, '').replace(ATTRIBUTES, '')
  const plain = (markdown: string): string =>
    markdown.replace(INLINE, (...match) => {
      const { code, label, escaped } = match.at(-1) as Record<string, string | undefined>
      return code ?? escaped ?? plain(label ?? '')
    })
  return plain(line).replace(/\s+/g, ' ').trim()
}
