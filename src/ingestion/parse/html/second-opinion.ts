import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'

/** Readability asks the text of elements in elements again: beyond these, a page would cost too much. */
const MOST_ELEMENTS = 5_000
const LONGEST = 2_000_000

/** Letters and digits only: it moves white space about. */
export function bareText(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '')
}

/**
 * What Readability takes for the article of a page, as bareText; null where it finds none, or the page is too long.
 * `elements`: how many it has.
 */
export function readableText(html: string, elements: number): string | null {
  if (elements > MOST_ELEMENTS || html.length > LONGEST) return null
  const { document } = parseHTML(html)
  if (!document.documentElement || !document.body) return null
  try {
    const article = new Readability(document, { serializer: () => '' }).parse()
    return article?.textContent ? bareText(article.textContent) : null
  } catch {
    // A page that it cannot work with: it is but a second opinion.
    return null
  }
}
