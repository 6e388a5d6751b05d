import type { Block, ParsedDocument } from '../parse/parsed-document.ts'

/** A heading and what stands below it up to the next one; or what stands before the first. */
export interface Section {
  /** The heading's own; 0 before the first heading. */
  readonly level: number
  /** The words of its heading and of those above it, outermost first, each of at most LONGEST_WORDS. */
  readonly path: readonly string[]
  /** Whether there is more to it than its heading. */
  readonly hasBody: boolean
  /** In order, the heading included; to be gone through once, and before the next section. */
  readonly blocks: Iterable<Block>
}

/** UTF-16 units. Each chunk of a section carries them. */
const LONGEST_WORDS = 400

/** The document's blocks, and as paragraphs whatever lies between them. */
function* allBlocks({ text, blocks }: ParsedDocument): Generator<Block> {
  let at = 0
  for (const block of blocks) {
    if (text.slice(at, block.start).trim() !== '') yield { kind: 'paragraph', start: at, end: block.start }
    yield block
    at = block.end
  }
  if (text.slice(at).trim() !== '') yield { kind: 'paragraph', start: at, end: text.length }
}

/** Cut behind a word where there is a space, and in any case not inside of a surrogate pair. */
function capped(words: string): string {
  if (words.length <= LONGEST_WORDS) return words
  const space = words.lastIndexOf(' ', LONGEST_WORDS - 1)
  const cut = words.slice(0, space > 0 ? space : LONGEST_WORDS - 1)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}

function wordsOf(text: string, { words, start, end }: Block): string {
  return capped(words ?? text.slice(start, end).replace(/\s+/g, ' ').trim())
}

/**
 * The sections of a document in order, the one before the first heading only if it has any text. They are not held,
 * nor are their blocks: of a table or of plain text, all of the document is one section.
 */
export function* sections(document: ParsedDocument): Generator<Section> {
  const above: { level: number; words: string }[] = []
  const blocks = allBlocks(document)
  let next = blocks.next()
  const goOn = () => {
    next = blocks.next()
  }
  function* body(): Generator<Block> {
    while (!next.done && next.value.kind !== 'heading') {
      yield next.value
      goOn()
    }
  }
  if (!next.done && next.value.kind !== 'heading') yield { level: 0, path: [], hasBody: true, blocks: body() }
  while (!next.done) {
    const heading = next.value
    goOn()
    const level = heading.level ?? 1
    while ((above.at(-1)?.level ?? 0) >= level) above.pop()
    above.push({ level, words: wordsOf(document.text, heading) })
    const path = above.map(({ words }) => words).filter((words) => words !== '')
    const hasBody = !next.done && next.value.kind !== 'heading'
    yield { level, path, hasBody, blocks: withHeading(heading, body()) }
  }
}

function* withHeading(heading: Block, body: Iterable<Block>): Generator<Block> {
  yield heading
  yield* body
}
