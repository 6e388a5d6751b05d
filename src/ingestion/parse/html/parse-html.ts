import { parseHTML } from 'linkedom'
import { DocumentWriter } from '../document-writer.ts'
import type { ParsedDocument } from '../parsed-document.ts'
import { decodeHtml } from './decode-html.ts'
import type { DomNode } from './dom.ts'
import { limitDepth } from './limit-depth.ts'
import { blockText, type PageBlock } from './page-block.ts'
import { pageTitle } from './page-title.ts'
import { readableText } from './second-opinion.ts'
import { selectContent } from './select-content.ts'
import { walkPage } from './walk-page.ts'

type Page = DomNode & { readonly documentElement: unknown; readonly body: unknown }

function openPage(html: string): Page {
  // linkedom's tree cannot be walked past a doctype.
  const undeclared = html.replace(/<!doctype[^>]{0,1000}>/gi, '')
  // A fragment's first element would count as the document's own.
  const hasRoot = /<html[\s>]/i.test(undeclared.slice(0, 65_536))
  const markup = hasRoot ? undeclared : `<html><body>${undeclared}</body></html>`
  return parseHTML(limitDepth(markup)).document as unknown as Page
}

function written(blocks: readonly PageBlock[], title: string | null): ParsedDocument {
  const writer = new DocumentWriter()
  for (const block of blocks) {
    const { kind, level } = block
    writer.add(level ? { kind, level } : { kind }, blockText(block))
  }
  return { text: writer.text(), title, blocks: writer.blocks }
}

/**
 * The main content of a page as its reader sees it: headings, paragraphs, lists, code verbatim, tables with a row a line
 * and " | " between cells. No scripts run and nothing is loaded.
 */
export function parseHtml(bytes: Uint8Array): ParsedDocument {
  const html = decodeHtml(bytes)
  const page = openPage(html)
  const visible = walkPage(page, { showHidden: false })
  const blocks = visible.length > 0 ? visible : walkPage(page, { showHidden: true })
  const title = pageTitle(page, blocks)
  return written(
    selectContent(blocks, () => readableText(page, html.length)),
    title,
  )
}

/** All content of an HTML fragment that another format was turned into. */
export function parseHtmlFragment(html: string): ParsedDocument {
  const page = openPage(html)
  const blocks = walkPage(page, { showHidden: true })
  return written(blocks, pageTitle(page, blocks))
}
