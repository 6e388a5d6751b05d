import { Readability } from '@mozilla/readability'

/** Readability asks the text of elements in elements again: beyond these, a page would cost too much. */
const MOST_ELEMENTS = 5_000
const LONGEST = 2_000_000

interface ReadablePage {
  readonly documentElement: unknown
  readonly body: unknown
}

/** Letters and digits only: it moves white space about. */
export function bareText(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '')
}

/**
 * What Readability takes for the article of a page, as bareText; null where it finds none. It takes the page apart.
 * `length`: of the page's markup.
 */
export function readableText(page: ReadablePage, length: number): string | null {
  if (!page.documentElement || !page.body || length > LONGEST) return null
  try {
    // Its types are those of a browser.
    const document = page as ConstructorParameters<typeof Readability>[0]
    const article = new Readability(document, {
      maxElemsToParse: MOST_ELEMENTS,
      serializer: () => '',
    }).parse()
    return article?.textContent ? bareText(article.textContent) : null
  } catch {
    // More elements than that, or a page that it cannot work with: it is but a second opinion.
    return null
  }
}
