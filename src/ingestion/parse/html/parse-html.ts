import { collectGarbage } from '../collect-garbage.ts'
import { DocumentWriter, type WrittenDocument } from '../document-writer.ts'
import type { SourceBytes } from '../source-bytes.ts'
import { decodeHtml } from './decode-html.ts'
import { limitDepth } from './limit-depth.ts'
import { blockText, type PageBlock } from './page-block.ts'
import { walkPage } from './page-walker.ts'
import { readableText } from './second-opinion.ts'
import { selectContent } from './select-content.ts'
import { surveyPage } from './survey.ts'

interface PageContent {
  readonly blocks: readonly PageBlock[]
  readonly title: string | null
}

function write(blocks: readonly PageBlock[], writer: DocumentWriter): void {
  for (const block of blocks) {
    const { kind, level } = block
    writer.add(level ? { kind, level } : { kind }, blockText(block))
  }
}

function pageContent(source: SourceBytes): PageContent {
  const html = limitDepth(decodeHtml(source.take()))
  const { layoutTables, elements, title } = surveyPage(html)
  const visible = walkPage(html, layoutTables, { showHidden: false })
  const blocks = visible.length > 0 ? visible : walkPage(html, layoutTables, { showHidden: true })
  const content = selectContent(blocks, () => readableText(html, elements))
  return { blocks: content, title: title ?? firstHeading(blocks) }
}

/**
 * The main content of a page as its reader sees it: headings, paragraphs, lists, code verbatim, tables with a row a line
 * and " | " between cells. Its title is that of <title>, else og:title, else its first heading of level 1. No scripts
 * run and nothing is loaded.
 */
export function writeHtml(source: SourceBytes): WrittenDocument {
  const { blocks, title } = pageContent(source)
  // The markup takes more than the text, and nothing holds it any more.
  collectGarbage()
  const writer = new DocumentWriter()
  write(blocks, writer)
  return { writer, title }
}

/**
 * Adds all content of an HTML fragment that another format was turned into.
 *
 * @returns its first heading of level 1
 */
export function addHtmlFragment(fragment: string, writer: DocumentWriter): string | null {
  const html = limitDepth(fragment)
  const blocks = walkPage(html, surveyPage(html).layoutTables, { showHidden: true })
  write(blocks, writer)
  return firstHeading(blocks)
}

function firstHeading(blocks: readonly PageBlock[]): string | null {
  const heading = blocks.find(({ level }) => level === 1)
  return heading ? blockText(heading) : null
}
