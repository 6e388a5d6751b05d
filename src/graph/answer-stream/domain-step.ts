import { emailAt, REMOVED } from './address-steps.ts'
import { type DecideLink, endsHere, longestAddress } from './link-step.ts'
import { addressEnd, asciiPart, sentenceMarks, withoutTrailing } from './link-text.ts'
import { isTopLevelDomain, mayBeTopLevel } from './top-level-domains.ts'

const inLabel = /[\p{L}\p{M}\p{N}\p{So}\p{Cf}-]/u
const restHere = /^(?:\\?\.[\p{L}\p{M}\p{N}\p{So}\p{Cf}-]+)+/u
/** The last label, where it begins as a domain's end does. */
const gluedTail = /(\.[A-Za-z]{2,20})[^\p{ASCII}][^.]*$/u
/** Programs differ in what they take for a label's end. */
const opening = /^(?:[A-Za-z]+|[\p{L}\p{M}]+)/u
/** No name in DNS is longer. */
const longestHost = 255
/** Behind a host: a path, a port, a query or a fragment. */
const partHere = /\/|:\d|[?#][\p{L}\p{N}=&_%]/uy

/**
 * At the first dot of a name such as example.com, which was let through up to there. Many programs make a link of it:
 * of some endings always, of any with a path behind it. One that no passage has gets a blank behind the dot, and is
 * taken out where a path goes with it, since that can carry something away.
 */
export const domainStep: DecideLink = (context, text, at, ended) => {
  const { known, block } = context
  const name = nameBefore(block.word)
  if (block.word === '' || block.last === '.') return undefined
  const run = restHere.exec(text.slice(at, at + longestHost))?.[0] ?? ''
  if (!ended && run.length < longestHost && mayGoOn(text, at + run.length, run === '' ? 0 : 1)) return null
  // Text without spaces goes on right behind it.
  const rest = run.replace(gluedTail, '$1')
  const end = at + rest.length
  if (rest === '') return undefined
  if (run.length === longestHost) return apart(text, at)
  if (text[end] === '@' || text.startsWith('\\@', end)) {
    const email = emailAt(context, block.word + rest, text, end, ended)
    if (email === null) return null
    if (email?.isKnown) return undefined
  }
  partHere.lastIndex = end
  const hasPart = partHere.test(text)
  const host = (name + rest).replaceAll('\\', '')
  const labels = host.split('.')
  const last = withoutEdges(labels.at(-1) ?? '')
  // Of any label: what stands behind it may be taken out as the beginning of another address.
  const listed = labels
    .slice(1)
    .some((each) => isTopLevelDomain(opening.exec(each)?.[0] ?? '') || /^xn--/i.test(each))
  const isNumeric = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)
  if (!hasPart) {
    if (!listed) return undefined
    return known.hasBare(host, '') ? { take: rest.length, emit: rest } : apart(text, at)
  }
  const isPath = block.word.at(-name.length - 1) === '/'
  const guessed = name !== '' && mayBeTopLevel(last) && !isPath && /\p{L}/u.test(labels.slice(0, -1).join(''))
  if (!listed && !guessed && !isNumeric) return undefined
  if (name === '') return apart(text, at)
  const stop = addressEnd(text, end, longestAddress - rest.length)
  if (stop === text.length && !ended && stop - at < longestAddress) return null
  const part = text.slice(end, stop).replaceAll('\\', '')
  if (known.hasBare(host, part) || known.hasBare(host, withoutTrailing(part))) {
    const free = endsHere(text, stop, ended)
    const whole = text.slice(at, stop)
    return free === null ? null : { take: whole.length, emit: free ? whole : `${whole} ` }
  }
  // Text without spaces goes on right before and behind an address: what is known of it need not be lost.
  const ascii = /[A-Za-z0-9-]+$/.exec(name)?.[0] ?? ''
  const own = withoutTrailing(asciiPart(part))
  if ((ascii !== name || own !== part) && known.hasBare(ascii + rest, own)) return apart(text, at)
  const taken = withoutTrailing(text.slice(at, stop), sentenceMarks)
  return { take: Math.max(taken.length, rest.length), emit: REMOVED, removed: true }
}

/** Whether no more than `known` characters are there from `at` on, or only what another label begins with. */
function mayGoOn(text: string, at: number, known: number): boolean {
  const left = text.length - at
  return left <= known || (left <= 2 && /^\\?\.?$/.test(text.slice(at)))
}

function apart(text: string, at: number) {
  const dot = text[at] === '\\' ? '\\.' : '.'
  return { take: dot.length, emit: `${dot} ` }
}

/** What the output ends with and belongs to a host's name. */
function nameBefore(word: string): string {
  const units = [...word]
  let from = units.length
  while (from > 0 && (units[from - 1] === '.' || inLabel.test(units[from - 1] as string))) from -= 1
  return withoutEdges(units.slice(from).join(''))
}

function withoutEdges(name: string): string {
  return name.endsWith('.') ? '' : name.replace(/^[-.]+|-+$/g, '')
}
