import { type DomElement, type DomNode, walkDom } from './dom.ts'
import type { PageBlock } from './page-block.ts'
import { PageWalker } from './page-walker.ts'

/** Tables that lay out a page or number lines of code: what is in their cells is no cell. */
function layoutTables(root: DomNode): ReadonlySet<DomNode> {
  const layout = new Set<DomNode>()
  const open: DomElement[] = []
  walkDom(root, {
    enter(element) {
      const { tagName } = element
      const around = open.at(-1)
      const isTable = tagName === 'TABLE'
      const isCode = tagName === 'PRE' && /code|highlight/i.test(around?.getAttribute('class') ?? '')
      if (around && (isTable || isCode || /^H[1-6]$/.test(tagName))) layout.add(around)
      if (isTable) {
        open.push(element)
        if (element.getAttribute('role') === 'presentation') layout.add(element)
      }
      return true
    },
    leave(element) {
      if (open.at(-1) === element) open.pop()
    },
  })
  return layout
}

/** The blocks of a page in order, boilerplate included; what is hidden only on demand. Linear time, no recursion. */
export function walkPage(root: DomNode, options: { showHidden: boolean }): readonly PageBlock[] {
  const walker = new PageWalker(layoutTables(root), options)
  walkDom(root, walker)
  return walker.finish()
}
