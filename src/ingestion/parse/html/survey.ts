import { type MarkupElement, visitMarkup } from './markup.ts'

/** What is to be known of a page before its text is collected. */
export interface Survey {
  /** Where the tables begin that lay out the page or number lines of code: what is in their cells is no cell. */
  readonly layoutTables: ReadonlySet<number>
  readonly elements: number
  /** Of <title>, else og:title; null without either. */
  readonly title: string | null
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Whether an element shows that the table around it is no table of data. */
function isLayout({ tagName }: MarkupElement, table: MarkupElement): boolean {
  if (tagName === 'PRE') return /code|highlight/i.test(table.getAttribute('class') ?? '')
  return tagName === 'TABLE' || /^H[1-6]$/.test(tagName)
}

/** Goes over a page once. */
export function surveyPage(html: string): Survey {
  const layoutTables = new Set<number>()
  const tables: MarkupElement[] = []
  let elements = 0
  let drawings = 0
  let title: string[] | null = null
  let isTitle = false
  let shared: string | null = null
  visitMarkup(html, {
    enter(element) {
      const { tagName } = element
      elements += 1
      const around = tables.at(-1)
      if (around && isLayout(element, around)) layoutTables.add(around.at)
      if (tagName === 'TABLE') tables.push(element)
      if (tagName === 'TABLE' && element.getAttribute('role') === 'presentation') layoutTables.add(element.at)
      if (tagName === 'SVG') drawings += 1
      // The <title> of a drawing is not the page's.
      if (tagName === 'TITLE' && drawings === 0 && !title) {
        title = []
        isTitle = true
      }
      if (tagName === 'META' && element.getAttribute('property') === 'og:title') {
        shared ??= element.getAttribute('content')
      }
      return true
    },
    leave(element) {
      if (tables.at(-1) === element) tables.pop()
      if (element.tagName === 'SVG') drawings -= 1
      if (element.tagName === 'TITLE') isTitle = false
    },
    text(data) {
      if (isTitle) title?.push(data)
    },
  })
  const own: readonly string[] = title ?? []
  return { layoutTables, elements, title: oneLine(own.join('')) || oneLine(shared ?? '') || null }
}
