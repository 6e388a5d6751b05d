import { type DomElement, type DomNode, walkDom } from './dom.ts'
import type { PageBlock } from './page-block.ts'
import { blockText } from './page-block.ts'

function textOf(element: DomElement): string {
  const parts: string[] = []
  walkDom(element, { enter: () => true, text: (data) => parts.push(data) })
  return parts.join('').replace(/\s+/g, ' ').trim()
}

/** What a page calls itself: its <title>, else og:title, else its first heading of level 1, in one line. */
export function pageTitle(root: DomNode, blocks: readonly PageBlock[]): string | null {
  let title = ''
  let shared = ''
  walkDom(root, {
    enter(element) {
      const { tagName } = element
      if (tagName === 'TITLE') title ||= textOf(element)
      else if (tagName === 'META' && element.getAttribute('property') === 'og:title') {
        shared ||= (element.getAttribute('content') ?? '').replace(/\s+/g, ' ').trim()
      }
      // The <title> of a drawing is not the page's.
      return tagName !== 'SVG' && tagName !== 'TITLE'
    },
  })
  const heading = blocks.find(({ level }) => level === 1)
  return title || shared || (heading ? blockText(heading) : '') || null
}
