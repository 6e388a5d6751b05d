import { foldWord, LONGEST_TERM } from './fold-word.ts'

/** Words kept with their terms, of all languages together: the vocabulary of a large document, about 8 MB. */
const CACHE_SIZE = 65_536

const caches = new Map<string | null, Map<string, string>>()
let size = 0

/** The term of a word in a text of a language, as foldWord gives it. */
export function wordTerm(word: string, language: string | null): string {
  if (word.length > LONGEST_TERM) return foldWord(word, language)
  let cache = caches.get(language)
  const found = cache?.get(word)
  if (found !== undefined) return found
  if (size >= CACHE_SIZE) {
    caches.clear()
    cache = undefined
    size = 0
  }
  if (!cache) {
    cache = new Map()
    caches.set(language, cache)
  }
  // A slice keeps the string it was cut from alive: without the copy one word would hold a whole document.
  const own = ` ${word}`.slice(1)
  const term = foldWord(own, language)
  cache.set(own, term)
  size += 1
  return term
}
