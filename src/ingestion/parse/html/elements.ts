import type { MarkupElement } from './markup.ts'

const names = (list: string): ReadonlySet<string> => new Set(list.toUpperCase().split(' '))

/** Elements whose content no reader sees, or that hold no running text. */
export const UNSEEN = names(
  'head script style noscript template svg iframe object embed canvas audio video map button select input textarea ' +
    'datalist progress meter annotation annotation-xml rp',
)

/** Elements that stand on lines of their own. */
export const BLOCKS = names(
  'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search section ' +
    'summary table tbody td tfoot th thead tr ul',
)

const BOILERPLATE = names('nav footer search')
const BOILERPLATE_ROLES = names(
  'navigation contentinfo search complementary dialog alertdialog menu menubar toolbar',
)
/** Of asides those that belong to the text: notes and warnings in documentation. */
const NOTE = /\b(?:note|tip|hint|info|important|warning|caution|danger|admonition|callout)\b/i
const COOKIES =
  /(?:cookie|consent|gdpr)s?[-_ ]?(?:bar|banner|box|notice|note|consent|dialog|modal|popup|overlay|wall|message|disclaimer)|onetrust|cookielaw|cookiebot/i

/** What its author calls an element. */
function nameOf(element: MarkupElement): string {
  return `${element.getAttribute('id') ?? ''} ${element.getAttribute('class') ?? ''}`
}

function role(element: MarkupElement): string {
  return (element.getAttribute('role') ?? '').toUpperCase()
}

/** Whether an element is hidden from every reader. A whole page is not: scripts show it, which do not run here. */
export function isHidden(element: MarkupElement): boolean {
  const { tagName } = element
  if (tagName === 'HTML' || tagName === 'BODY' || tagName === 'MAIN') return false
  const hidden = element.getAttribute('hidden')
  if (hidden !== null && hidden !== 'until-found') return true
  if (element.getAttribute('aria-hidden') === 'true') return true
  if (tagName === 'DIALOG' && element.getAttribute('open') === null) return true
  const style = element.getAttribute('style')
  return style !== null && /(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)/i.test(style)
}

/** Whether an element begins the part of a page that it is there for. */
export function mainPart(element: MarkupElement): 'main' | 'article' | null {
  if (element.tagName === 'MAIN' || role(element) === 'MAIN') return 'main'
  return element.tagName === 'ARTICLE' || role(element) === 'ARTICLE' ? 'article' : null
}

/** Whether an element says of itself that it is about the site, not the page. `inMain`: it stands in a main part. */
export function isBoilerplate(element: MarkupElement, inMain: boolean): boolean {
  const { tagName } = element
  if (BOILERPLATE.has(tagName) || BOILERPLATE_ROLES.has(role(element))) return true
  if (tagName === 'HEADER' || role(element) === 'BANNER') return !inMain
  if (tagName === 'ASIDE') return role(element) !== 'NOTE' && !NOTE.test(nameOf(element))
  if (tagName === 'HTML' || tagName === 'BODY' || mainPart(element)) return false
  return COOKIES.test(nameOf(element))
}

/** The numbers beside lines of code. */
export function isLineNumbers(element: MarkupElement): boolean {
  return /\b(?:linenos?|line-?numbers?-rows|gutter)\b/i.test(element.getAttribute('class') ?? '')
}
