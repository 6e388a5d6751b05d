/** Tags are short: BCP 47 recommends room for 35 characters. */
const LONGEST_LANGUAGE_TAG = 35

/** Of several languages, of none, of one that is not known or has no code. */
const NO_LANGUAGE = /^(?:mul|zxx|und|mis)(?:-|$)/

/** A BCP 47 tag in its canonical form (`DE-at` → `de-AT`), or null where it is none. */
export function canonicalLanguage(tag: string): string | null {
  if (tag.length > LONGEST_LANGUAGE_TAG) return null
  try {
    const canonical = new Intl.Locale(tag).toString()
    return NO_LANGUAGE.test(canonical) ? null : canonical
  } catch {
    return null
  }
}

/** Written Norwegian has two tags of its own, and Filipino is written Tagalog. */
const SAME: Readonly<Record<string, string>> = { nb: 'no', nn: 'no', fil: 'tl' }

const analysed = new Map<string, string | null>()

/** By which language the words of a text with this tag are analysed: its language without region or script. */
export function analysedLanguage(tag: string | null): string | null {
  if (tag === null) return null
  let language = analysed.get(tag)
  if (language === undefined) {
    const canonical = canonicalLanguage(tag)
    const base = canonical && new Intl.Locale(canonical).language
    language = base ? (SAME[base] ?? base) : null
    // Every document can bring another one.
    if (analysed.size >= 1_000) analysed.clear()
    analysed.set(tag, language)
  }
  return language
}
