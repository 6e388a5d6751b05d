/** Elements in each other. A parser's stack of open elements costs its depth at each tag. */
const DEEPEST = 2_000

/** Elements without content, and those whose end is implied by what follows: they do not nest by themselves. */
const SHALLOW: ReadonlySet<string> = new Set(
  (
    'area base br col embed hr img input link meta param source track wbr ' +
    'p li dt dd tr td th thead tbody tfoot option optgroup colgroup rt rp'
  ).split(' '),
)

/** What looks like a tag in them is none. */
const RAW_TEXT: Readonly<Record<string, RegExp>> = {
  script: /<\/script/gi,
  style: /<\/style/gi,
  textarea: /<\/textarea/gi,
  title: /<\/title/gi,
}

const NAME = /\/?([a-zA-Z][^\s/>]{0,40})/y

/** Where the markup goes on behind the raw text or comment that begins at `at`; -1 where that never ends. */
function afterRaw(html: string, at: number, name: string | undefined): number {
  if (name === undefined) return html.startsWith('<!--', at) ? html.indexOf('-->', at) : at
  const end = html[at + 1] === '/' ? undefined : RAW_TEXT[name]
  if (!end) return at
  end.lastIndex = at
  return end.exec(html)?.index ?? -1
}

/**
 * The markup without the tags that stand deeper than a page's ever do, so that hostile nesting is parsed in linear
 * time. No text is lost.
 */
export function limitDepth(html: string): string {
  const kept: string[] = []
  let depth = 0
  let from = 0
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    NAME.lastIndex = at + 1
    const name = NAME.exec(html)?.[1]?.toLowerCase()
    const behind = afterRaw(html, at, name)
    if (behind < 0) break
    if (behind > at || name === undefined || SHALLOW.has(name)) {
      at = Math.max(at, behind - 1)
      continue
    }
    const close = html.indexOf('>', at)
    if (close < 0) break
    const isEnd = html[at + 1] === '/'
    if (depth > DEEPEST || (depth === DEEPEST && !isEnd)) {
      kept.push(html.slice(from, at), ' ')
      from = close + 1
    }
    depth = isEnd ? Math.max(0, depth - 1) : depth + 1
    at = close
  }
  if (from === 0) return html
  kept.push(html.slice(from))
  return kept.join('')
}
