import { Parser } from 'htmlparser2'

/** An element as its start tag tells it. */
export interface MarkupElement {
  /** In capitals. */
  readonly tagName: string
  /** Where its start tag begins, in UTF-16 units of the markup: no other element has the same. */
  readonly at: number
  getAttribute(name: string): string | null
}

export interface MarkupVisitor {
  /** @returns whether to go inside */
  enter(element: MarkupElement): boolean
  /** For each element that was gone into. */
  leave?(element: MarkupElement): void
  /** A stretch of text, entities decoded. */
  text?(data: string): void
}

/**
 * Visits a page in the order of its source. No tree is built, which would take fifty times the memory of the markup.
 * Elements end as HTML has it: what is left open, and what the next element closes.
 */
export function visitMarkup(html: string, visitor: MarkupVisitor): void {
  const open: MarkupElement[] = []
  /** Elements that are open from one that was not gone into. */
  let skipped = 0
  const parser = new Parser({
    onopentag(name, attributes) {
      if (skipped === 0) {
        const element: MarkupElement = {
          tagName: name.toUpperCase(),
          at: parser.startIndex,
          getAttribute: (attribute) => attributes[attribute] ?? null,
        }
        if (visitor.enter(element)) {
          open.push(element)
          return
        }
      }
      skipped += 1
    },
    ontext(data) {
      if (skipped === 0) visitor.text?.(data)
    },
    onclosetag() {
      if (skipped > 0) {
        skipped -= 1
        return
      }
      const element = open.pop()
      if (element) visitor.leave?.(element)
    },
  })
  parser.end(html)
}
