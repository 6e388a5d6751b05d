import { languageOf } from './content-terms.ts'
import { numbersIn, statedNumbers } from './numbers.ts'
import type { Analyze } from './passage.ts'
import { presenceIn } from './term-presence.ts'

const quoted =
  /"([^"\n]{2,200})"|“([^”\n]{2,200})”|«([^»\n]{2,200})»|「([^」\n]{2,200})」|„([^“”\n]{2,200})[“”]/g
const code = /`([^`\n]{1,200})`/g
/** H2O, MP3, snake_case, camelCase, CONSTANT_CASE, call(), --flag, a.b(c), /path/{id}. */
const identifier =
  /(?<![\p{L}\p{N}])(?:--[a-z][\w-]+|[A-Za-z]+\d\w*|\/[\w{}.-]+(?:\/[\w{}.-]+)+|[A-Za-z]\w*_\w+|[a-z]+[a-z\d]*[A-Z]\w*|[A-Za-z_][\w.]*\(\))/gu
/** A name within a sentence: capitalised, and not what the sentence begins with. */
const name = /(?<=[\p{L}\p{N},;’')»”]\s{1,3}|[-–])\p{Lu}[\p{L}\p{M}’'-]+/gu

/**
 * What a claim states that no paraphrase may change and the passage does not hold: numbers and dates, quoted words,
 * identifiers, names. One wrong year makes an answer wrong although all its other words agree.
 */
export function missingSpecifics(claim: string, evidence: string, analyze: Analyze): string[] {
  const missing: string[] = []
  const stated = statedNumbers(evidence)
  // Identifiers first, and out of the way: the 2 of HTTP_2 is no number.
  const words = claim.replace(code, ' ').replace(identifier, ' ')
  for (const readings of numbersIn(words)) {
    const first = [...readings][0]
    if (first !== undefined && ![...readings].some((reading) => stated.has(reading))) missing.push(first)
  }
  const haystack = fold(evidence)
  for (const text of [
    ...captures(claim, quoted),
    ...captures(claim, code),
    ...(claim.replace(code, ' ').match(identifier) ?? []),
  ]) {
    if (!holds(haystack, fold(text))) missing.push(text)
  }
  return [...missing, ...missingNames(words, evidence, analyze)]
}

/**
 * Names by their capitals, which German gives to every noun. The first word of a sentence tells nothing unless another
 * capital follows it ("Albert Einstein").
 */
function missingNames(claim: string, evidence: string, analyze: Analyze): string[] {
  if (languageOf(claim) === 'de') return []
  const present = presenceIn(new Set(analyze(evidence)))
  const opening = /^\W*(\p{Lu}\p{Ll}+)\s\p{Lu}\p{Ll}+/u.exec(claim)?.[1]
  const found = [...(claim.match(name) ?? []), ...(opening === undefined ? [] : [opening])]
  return found.filter((word) => {
    const terms = analyze(word)
    return languageOf(word) === undefined && terms.length > 0 && !terms.some((term) => present(term) > 0)
  })
}

function captures(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match.slice(1).find((group) => group !== undefined) ?? '')
}

function holds(haystack: string, needle: string): boolean {
  const bare = needle.replace(/^[\s.,;:!?]+|[\s.,;:!?]+$/g, '').replace(/\(\)$/, '')
  if (bare === '') return true
  for (let at = haystack.indexOf(bare); at >= 0; at = haystack.indexOf(bare, at + 1)) {
    // "get" must not be found in "get_user". Scripts without spaces have no such edges.
    const edges = [haystack[at - 1], bare[0], bare.at(-1), haystack[at + bare.length]]
    const isWord = edges.map((char) => char !== undefined && /[a-z0-9_]/.test(char))
    if (!(isWord[0] && isWord[1]) && !(isWord[2] && isWord[3])) return true
  }
  return false
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[*`\\]/g, '')
    .replace(/[“”„«»]/g, '"')
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .trim()
}
