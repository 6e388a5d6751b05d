import { blockText, type PageBlock } from './page-block.ts'
import { bareText } from './second-opinion.ts'

/** Of what is no boilerplate, the least share that a page's main parts have. Less is a teaser or a mistake. */
const LEAST_MAIN = { main: 0.2, article: 0.5 } as const

/** Of a page's text, the least share that Readability's article has, for it to be asked about the rest. */
const LEAST_READABLE = 0.5

function lengthOf(blocks: readonly PageBlock[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0)
}

/** Whether a block may be about the site: mostly links. Of tables, only those of a row or two. */
function isSuspect({ kind, lines, length, links }: PageBlock): boolean {
  if (kind === 'heading' || kind === 'code' || (kind === 'table' && lines.length > 2)) return false
  return links * 2 > length
}

/** Without the dropped blocks, and without headings that have lost all that stood below them. */
function without(blocks: readonly PageBlock[], dropped: ReadonlySet<PageBlock>): PageBlock[] {
  const kept: PageBlock[] = []
  // From the end: whether something was dropped, and nothing kept, below a heading that comes next.
  let emptied = false
  for (const block of blocks.toReversed()) {
    if (dropped.has(block)) {
      emptied ||= kept.at(-1)?.kind === 'heading' || kept.length === 0
    } else if ((block.level ?? 1) > 1 && emptied) {
      emptied = false
    } else {
      kept.push(block)
      emptied = false
    }
  }
  return kept.reverse()
}

/**
 * The blocks that a page is there for, in order: those in its main part if it names one, else all but what it calls
 * boilerplate. Of a page that names no main part, `readable` (bareText of what another reader takes for the article,
 * asked for only then) has a say on blocks that look like boilerplate: what both would drop goes. Prose, tables and
 * code always stay, and where nothing else is left, so does boilerplate.
 */
export function selectContent(
  blocks: readonly PageBlock[],
  readable: () => string | null,
): readonly PageBlock[] {
  const content = blocks.filter(({ boilerplate }) => !boilerplate)
  const whole = lengthOf(content)
  if (whole === 0) return blocks
  for (const part of ['main', 'article'] as const) {
    const inPart = content.filter((block) => block.part === part)
    if (inPart.length > 0 && lengthOf(inPart) >= whole * LEAST_MAIN[part]) return inPart
  }
  const suspects = content.filter(isSuspect)
  if (suspects.length === 0) return content
  const article = readable()
  if (
    article === null ||
    article.length < bareText(content.map(blockText).join('')).length * LEAST_READABLE
  ) {
    return content
  }
  const dropped = new Set(suspects.filter((block) => !article.includes(bareText(blockText(block)))))
  return without(content, dropped)
}
