import { LONGEST_TERM } from './fold-word.ts'

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

/** Words kept with their parts: enough for the vocabulary of a large document, some megabytes. */
const CACHE_SIZE = 32_768
const cache = new Map<string, readonly string[]>()

function compute(word: string): readonly string[] {
  const plural = PLURAL_ACRONYM.exec(word)?.[1]
  if (plural) return [word, plural]
  if (NO_BOUNDARY.test(word)) return [word]
  const parts = word.split(PART_BOUNDARY)
  const blob = parts.length > BLOB_PARTS && word.length < parts.length * BLOB_PART_LENGTH
  return parts.length === 1 || blob ? [word] : [word, ...parts]
}

/**
 * A word (letters, marks and digits) and its parts where case or digits divide it. A word longer than LONGEST_TERM is a
 * blob: it is cut, and has no parts. The word itself comes first, so that `getusers` finds `getUsers`.
 */
export function wordParts(word: string): readonly string[] {
  if (word.length > LONGEST_TERM) return [word.slice(0, LONGEST_TERM)]
  const found = cache.get(word)
  if (found) return found
  // A slice keeps the string it was cut from alive: without the copy one word would hold a whole document.
  const own = ` ${word}`.slice(1)
  const parts = compute(own)
  if (cache.size >= CACHE_SIZE) cache.clear()
  cache.set(own, parts)
  return parts
}
