import { type DecideLink, endsHere, longestAddress } from './link-step.ts'
import { destinationEnd } from './link-text.ts'

/** Without attributes, too, these load something, or take what follows out of Markdown. */
const loading = new Set(
  'script style iframe svg math textarea title xmp noscript noembed noframes plaintext template pre base'.split(
    ' ',
  ),
)
const nameHere = /<[A-Za-z][A-Za-z0-9-]*/y
const tagHere = /<[^<>\n]{0,300}>/y
const tagAhead = /<[^<>\n]{0,300}(?![\s\S])/y
const wordHere = /<[^\s<>]*/y
const apart = { take: 1, emit: '< ' }

/** At "<": a tag that can hold a link, and an address in angle brackets. */
export const tagStep: DecideLink = ({ known, block }, text, at, ended) => {
  const first = text[at + 1]
  if (first === undefined) return ended ? undefined : null
  if (first === '!' || first === '?') return apart
  nameHere.lastIndex = tagHere.lastIndex = tagAhead.lastIndex = wordHere.lastIndex = at
  const name = nameHere.exec(text)?.[0]
  if (name === undefined) return undefined
  if (name.length > longestAddress) return apart
  const [next, then] = [text[at + name.length], text[at + name.length + 1]]
  if (next === undefined || (next === '/' && then === undefined)) return ended ? undefined : null
  if (next === '>' || (next === '/' && then === '>')) {
    return loading.has(name.slice(1).toLowerCase()) ? apart : undefined
  }
  if (next === '/' || /\s/.test(next)) {
    // Word for word from a passage, it is what the answer is about.
    if (!block.inCode) return apart
    const tag = tagHere.exec(text)?.[0]
    if (tag !== undefined) return known.hasTag(tag) ? { take: tag.length, emit: tag } : apart
    return !ended && tagAhead.test(text) ? null : apart
  }
  const word = wordHere.exec(text)?.[0] ?? ''
  const end = at + word.length
  if (word.length > longestAddress) return apart
  if (end === text.length) return ended ? undefined : null
  if (text[end] !== '>' || !/[:@]/.test(word)) return undefined
  return known.has(word.slice(1)) ? { take: word.length + 1, emit: `${word}>` } : apart
}

const destinationHere = /\]\([ \t\n]{0,3}/y

/** At "]": a Markdown link's destination, or a definition's. */
export const bracketStep: DecideLink = (context, text, at, ended) => {
  const { known, block } = context
  const next = text[at + 1]
  if (next === undefined) return ended ? undefined : null
  if (next === ':' && block.label) return { take: 2, emit: '] :' }
  if (next !== '(') return undefined
  destinationHere.lastIndex = at
  const start = at + (destinationHere.exec(text)?.[0].length ?? 0)
  const end = destinationEnd(text, start, longestAddress)
  if (end === text.length && !ended && end - start < longestAddress) return null
  if (block.image || end - start >= longestAddress || !known.has(text.slice(start, end))) {
    return { take: 2, emit: '] (' }
  }
  context.inDestination = true
  return { take: end - at, emit: text.slice(at, end) }
}

/** At ")": the end of a Markdown link, where no renderer may find that its address goes on. */
export const parenthesisStep: DecideLink = (context, text, at, ended) => {
  if (!context.inDestination) return undefined
  const free = endsHere(text, at, ended)
  if (free === null) return null
  context.inDestination = false
  return free ? undefined : { take: 1, emit: ') ' }
}

const named = ['colon', 'sol', 'period', 'commat']
const nameOf = /&([A-Za-z]{0,8});?/y

/** At "&": a character reference, which can spell an address where renderers look for one only afterwards. */
export const referenceStep: DecideLink = (_context, text, at, ended) => {
  const next = text[at + 1]
  if (next === undefined) return ended ? undefined : null
  if (next === '#') return { take: 1, emit: '& ' }
  nameOf.lastIndex = at
  const [whole = '', name = ''] = nameOf.exec(text) ?? []
  if (whole.endsWith(';')) return named.includes(name) ? { take: 1, emit: '& ' } : undefined
  const isOpen = at + whole.length === text.length && named.some((each) => each.startsWith(name))
  return isOpen && !ended ? null : undefined
}
