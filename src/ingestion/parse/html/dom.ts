/** What is asked of a DOM; TypeScript's own types are those of a browser, which this is not. */
export interface DomNode {
  readonly nodeType: number
  readonly nodeValue: string | null
  readonly firstChild: DomNode | null
  readonly nextSibling: DomNode | null
  readonly parentNode: DomNode | null
}

export interface DomElement extends DomNode {
  /** In capitals. */
  readonly tagName: string
  getAttribute(name: string): string | null
}

export const ELEMENT_NODE = 1
export const TEXT_NODE = 3

export function isElement(node: DomNode): node is DomElement {
  return node.nodeType === ELEMENT_NODE
}

export interface DomVisitor {
  /** @returns whether to go inside */
  enter(element: DomElement): boolean
  /** For each element that was gone into. */
  leave?(element: DomElement): void
  text?(data: string): void
}

/** Visits all below `root` in the order of the source, without recursion. */
export function walkDom(root: DomNode, visitor: DomVisitor): void {
  let node: DomNode | null = root.firstChild
  while (node) {
    const entered = isElement(node) && visitor.enter(node)
    if (node.nodeType === TEXT_NODE) visitor.text?.(node.nodeValue ?? '')
    if (entered && node.firstChild) {
      node = node.firstChild
      continue
    }
    if (entered) visitor.leave?.(node as DomElement)
    while (node && !node.nextSibling) {
      node = node.parentNode
      if (!node || node === root) return
      visitor.leave?.(node as DomElement)
    }
    node = node?.nextSibling ?? null
  }
}
