import { type DecideLink, endsHere, type LinkContext, longestAddress, type Outcome } from './link-step.ts'
import { addressEnd, asciiPart, sentenceMarks, withoutTrailing } from './link-text.ts'

/** Not in brackets: those could be a link's text again. */
export const REMOVED = '‹link removed›'

/** Some renderers look for addresses only after they took the backslashes away. */
const slashes = /\\?:\\?\/\\?\/(?=[^\s<])/y
const slashesAhead = /\\?(?::\\?(?:\/\\?(?:\/)?)?)?(?![\s\S])/y
const colon = /\\?:(?=[^\s<])/y
const colonAhead = /\\?:?(?![\s\S])/y
const dot = /\\?\.(?=\S)/y
const dotAhead = /\\?\.?(?![\s\S])/y
const mediaType = /\\?:(?=[a-z]{0,20}\\?[/;,])/iy
const mediaTypeAhead = /\\?(?::[a-z]{0,20}\\?)?(?![\s\S])/iy

type Opening = readonly [found: RegExp, ahead: RegExp]
/** What makes an address of a word. */
const openings: Readonly<Record<string, Opening>> = {
  http: [slashes, slashesAhead],
  https: [slashes, slashesAhead],
  ftp: [slashes, slashesAhead],
  www: [dot, dotAhead],
  mailto: [colon, colonAhead],
  xmpp: [colon, colonAhead],
  tel: [colon, colonAhead],
  sms: [colon, colonAhead],
  javascript: [colon, colonAhead],
  vbscript: [colon, colonAhead],
  data: [mediaType, mediaTypeAhead],
}
const words = Object.keys(openings)
const letters = /[A-Za-z]+/y

/** At the start of a word: an address that begins with it. */
export const addressStep: DecideLink = (context, text, at, ended) => {
  letters.lastIndex = at
  const word = letters.exec(text)?.[0].toLowerCase() ?? ''
  const next = at + word.length
  if (next === text.length) {
    return !ended && words.some((each) => each.startsWith(word)) ? null : undefined
  }
  const opening = Object.hasOwn(openings, word) ? openings[word] : undefined
  if (!opening) return undefined
  const length = openingAt(opening, text, next, ended)
  return typeof length === 'number' ? linkStep(context, text, at, next + length, '', ended) : length
}

/** At a colon: an address of any other scheme, which was let through already. */
export const schemeStep: DecideLink = (context, text, at, ended) => {
  const length = openingAt([slashes, slashesAhead], text, at, ended)
  if (typeof length !== 'number') return length
  const { last, word } = context.block
  if (last === '' || /\s/.test(last)) return undefined
  const scheme = /[A-Za-z][A-Za-z0-9+.-]*$/.exec(word)?.[0] ?? ''
  return linkStep(context, text, at, at + length, scheme, ended)
}

function openingAt([found, ahead]: Opening, text: string, at: number, ended: boolean) {
  found.lastIndex = ahead.lastIndex = at
  const length = found.exec(text)?.[0].length
  if (length !== undefined) return length
  return !ended && ahead.test(text) ? null : undefined
}

const host = /\/\/(?=[^\s/<>]{1,254}?\.[\p{L}\p{N}])/uy
const hostAhead = /\/(?:\/[^\s/<>]{0,256})?(?![\s\S])/uy

/** At "//": an address without its scheme. */
export const hostStep: DecideLink = (context, text, at, ended) => {
  const length = openingAt([host, hostAhead], text, at, ended)
  return typeof length === 'number' ? linkStep(context, text, at, at + length, '', ended) : length
}

/** The address from `at`, whose own part begins at `body`, behind `before`: let through, cut short or taken out. */
function linkStep(
  { known, block }: LinkContext,
  text: string,
  at: number,
  body: number,
  before: string,
  ended: boolean,
): Outcome {
  const end = addressEnd(text, body, longestAddress - (body - at))
  if (end === text.length && !ended && end - at < longestAddress) return null
  const raw = text.slice(at, end)
  const ascii = asciiPart(raw)
  const isKnown = (part: string) => {
    const address = before + part.replaceAll('\\', '')
    return known.has(address) || (part === ascii && known.has(withoutTrailing(address)))
  }
  if (isKnown(raw)) {
    const free = block.fenced || text.startsWith('](', end) || endsHere(text, end, ended)
    return free === null ? null : { take: raw.length, emit: free ? raw : `${raw} ` }
  }
  if (ascii !== raw && isKnown(ascii)) {
    return { take: ascii.length, emit: block.fenced ? ascii : `${ascii} ` }
  }
  return {
    take: Math.max(withoutTrailing(raw, sentenceMarks).length, body - at),
    emit: REMOVED,
    removed: true,
  }
}

const domain = /\\?@[^\s()<>[\]"`,;:!?@‹]*/y
const longestDomain = 255

/** The domain at an @, known or not behind this name; null where more is needed, undefined where there is none. */
export function emailAt(
  { known }: LinkContext,
  before: string,
  text: string,
  at: number,
  ended: boolean,
): { readonly domain: string; readonly isKnown: boolean } | null | undefined {
  domain.lastIndex = at
  const run = domain.exec(text)?.[0].slice(0, longestDomain)
  if (run === undefined || before === '') return undefined
  if (at + run.length === text.length && !ended && run.length < longestDomain) return null
  const found = withoutTrailing(run)
  if (!/[^.]\../.test(found)) return undefined
  const name = before.replace(/^[*_~'"]{1,4}/, '')
  return { domain: found, isKnown: known.has((name + found).replaceAll('\\', '').toLowerCase()) }
}

/** At an @: an e-mail address, whose name was let through already. */
export const emailStep: DecideLink = (context, text, at, ended) => {
  const email = emailAt(context, context.block.word, text, at, ended)
  if (!email) return email
  const { length } = email.domain
  if (!email.isKnown) return { take: length, emit: REMOVED, removed: true }
  const free = endsHere(text, at + length, ended)
  return free === null ? null : { take: length, emit: free ? email.domain : `${email.domain} ` }
}
