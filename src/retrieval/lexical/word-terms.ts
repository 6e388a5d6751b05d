import { foldWord, LONGEST_TERM } from './fold-word.ts'

/** Words kept with their terms: enough for the vocabulary of a large document, about 10 MB. */
const CACHE_SIZE = 65_536

/**
 * getUser → get|User, HTTPServer → HTTP|Server, HTTP2 → HTTP|2, v1 → v|1. Lookarounds only: each position is
 * decided by its neighbours.
 */
const PART_BOUNDARY =
  /(?<=\p{Ll}\p{M}?)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{N})(?=\p{L})|(?<=[\p{L}\p{M}])(?=\p{N})/u
const NO_BOUNDARY = /^\p{L}[\p{Ll}\p{Lo}\p{M}]*$|^\p{N}+$/u
/** PDFs: Porter2 takes no s from a word without vowels. */
const PLURAL_ACRONYM = /^(\p{Lu}{2,})s$/u
/** Base64 and hex change class every two or three characters; names do not. */
const BLOB_PARTS = 6
const BLOB_PART_LENGTH = 3

const cache = new Map<string, readonly string[]>()

function compute(word: string): readonly string[] {
  const plural = PLURAL_ACRONYM.exec(word)?.[1]
  if (plural) return [...new Set([foldWord(word), foldWord(plural)])]
  if (NO_BOUNDARY.test(word)) return [foldWord(word)]
  const parts = word.split(PART_BOUNDARY)
  const blob = parts.length > BLOB_PARTS && word.length < parts.length * BLOB_PART_LENGTH
  return parts.length === 1 || blob ? [foldWord(word)] : [foldWord(word), ...parts.map(foldWord)]
}

/**
 * The terms of one word (letters, marks and digits): the word itself, then its parts where case or digits divide it. A word
 * longer than LONGEST_TERM is a blob: it is cut, and has no parts.
 * The word is folded like any other, so that `getusers` finds `getUsers`.
 */
export function wordTerms(word: string): readonly string[] {
  if (word.length > LONGEST_TERM) return [foldWord(word)]
  const found = cache.get(word)
  if (found) return found
  // A slice keeps the string it was cut from alive: without the copy one word would hold a whole document.
  const own = ` ${word}`.slice(1)
  const terms = compute(own)
  if (cache.size >= CACHE_SIZE) cache.clear()
  cache.set(own, terms)
  return terms
}
