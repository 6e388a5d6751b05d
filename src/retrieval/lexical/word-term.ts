import { foldName, foldWord, LONGEST_TERM } from './fold-word.ts'

/** Words kept with their terms, of all languages together: the vocabulary of a large document, about 8 MB. */
const CACHE_SIZE = 65_536

type Fold = (word: string, language: string | null) => string
type TermsOf = Map<string | null, Map<string, string>>

const caches: ReadonlyMap<Fold, TermsOf> = new Map([
  [foldWord, new Map()],
  [foldName, new Map()],
])
let size = 0

/** The term of a word in a text of a language, as foldWord gives it. */
export const wordTerm = (word: string, language: string | null) => remembered(foldWord, word, language)

/** The term of a word that is a name of several, as foldName gives it. */
export const nameTerm = (name: string, language: string | null) => remembered(foldName, name, language)

/** The term of a word, given with its parts: with some it is a name. */
export const wholeTerm = (parts: readonly string[], language: string | null) =>
  (parts.length === 1 ? wordTerm : nameTerm)(parts[0] ?? '', language)

function remembered(fold: Fold, word: string, language: string | null): string {
  if (word.length > LONGEST_TERM) return fold(word, language)
  const terms = caches.get(fold)
  let cache = terms?.get(language)
  const found = cache?.get(word)
  if (found !== undefined) return found
  if (size >= CACHE_SIZE) {
    for (const each of caches.values()) each.clear()
    cache = undefined
    size = 0
  }
  if (!cache) {
    cache = new Map()
    terms?.set(language, cache)
  }
  // A slice keeps the string it was cut from alive: without the copy one word would hold a whole document.
  const own = ` ${word}`.slice(1)
  const term = fold(own, language)
  cache.set(own, term)
  size += 1
  return term
}
