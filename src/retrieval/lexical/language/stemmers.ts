import { createRequire } from 'node:module'
import snowball from 'snowball-stemmers'

export type Stem = (word: string) => string

/** The scripts that languages with a stemmer write. */
export type StemmedScript = 'Latn' | 'Cyrl' | 'Grek' | 'Arab' | 'Deva' | 'Taml' | 'Armn'

interface Stemmer {
  readonly script: StemmedScript
  readonly load: () => Stem
}

const require = createRequire(import.meta.url)

/** Loaded when a text of its language is met first: each is some kilobytes, all of them are megabytes. */
const orama = (script: StemmedScript, load: () => { readonly stemmer: Stem }): Stemmer => ({
  script,
  load: () => load().stemmer,
})

const own = (script: StemmedScript, name: Parameters<typeof snowball.newStemmer>[0]): Stemmer => ({
  script,
  load: () => {
    const stemmer = snowball.newStemmer(name)
    return (word) => stemmer.stem(word)
  },
})

/**
 * Snowball's algorithms (snowballstem.org/algorithms), by language. Both packages are generated from them; where both
 * have one, the one that loads alone is taken, except for English, where it is the older Porter algorithm
 * (docs/decisions/0020).
 */
const stemmers: Readonly<Record<string, Stemmer>> = {
  ca: own('Latn', 'catalan'),
  cs: own('Latn', 'czech'),
  da: orama('Latn', () => require('@orama/stemmers/danish')),
  de: orama('Latn', () => require('@orama/stemmers/german')),
  en: own('Latn', 'english'),
  es: orama('Latn', () => require('@orama/stemmers/spanish')),
  eu: own('Latn', 'basque'),
  fi: orama('Latn', () => require('@orama/stemmers/finnish')),
  fr: orama('Latn', () => require('@orama/stemmers/french')),
  ga: orama('Latn', () => require('@orama/stemmers/irish')),
  hu: orama('Latn', () => require('@orama/stemmers/hungarian')),
  id: orama('Latn', () => require('@orama/stemmers/indonesian')),
  it: orama('Latn', () => require('@orama/stemmers/italian')),
  lt: orama('Latn', () => require('@orama/stemmers/lithuanian')),
  nl: orama('Latn', () => require('@orama/stemmers/dutch')),
  no: orama('Latn', () => require('@orama/stemmers/norwegian')),
  pt: orama('Latn', () => require('@orama/stemmers/portuguese')),
  ro: orama('Latn', () => require('@orama/stemmers/romanian')),
  sl: own('Latn', 'slovene'),
  sv: orama('Latn', () => require('@orama/stemmers/swedish')),
  tr: orama('Latn', () => require('@orama/stemmers/turkish')),
  ru: orama('Cyrl', () => require('@orama/stemmers/russian')),
  sr: orama('Cyrl', () => require('@orama/stemmers/serbian')),
  el: orama('Grek', () => require('@orama/stemmers/greek')),
  ar: orama('Arab', () => require('@orama/stemmers/arabic')),
  hi: orama('Deva', () => require('@orama/stemmers/indian')),
  ne: orama('Deva', () => require('@orama/stemmers/nepali')),
  ta: orama('Taml', () => require('@orama/stemmers/tamil')),
  hy: own('Armn', 'armenian'),
}

/** Whose words a script's are taken for where the text's language is unknown or writes another script. */
const usual: Readonly<Record<StemmedScript, string>> = {
  Latn: 'en',
  Cyrl: 'ru',
  Grek: 'el',
  Arab: 'ar',
  Deva: 'hi',
  Taml: 'ta',
  Armn: 'hy',
}

const scripts = new Map<string, string | undefined>()

/** ISO 15924, by CLDR: `Latn` for pl, `Jpan` for ja. */
function scriptOf(language: string): string | undefined {
  if (!scripts.has(language)) scripts.set(language, new Intl.Locale(language).maximize().script)
  return scripts.get(language)
}

const loaded = new Map<string, Stem>()

/** Whose stemmer a word of a script in a text of a language has; null where none fits. */
export function stemmingLanguage(script: StemmedScript, language: string | null): string | null {
  if (language !== null) {
    if (stemmers[language]?.script === script) return language
    // The words of a language that has no stemmer are no other language's.
    if (scriptOf(language) === script) return null
  }
  return usual[script]
}

/** Words in lower case and NFC. Throws for a language that has none. */
export function stemmerOf(language: string): Stem {
  const known = loaded.get(language)
  if (known) return known
  const stemmer = stemmers[language]
  if (!stemmer) throw new Error(`There is no stemmer for ${language}`)
  const stem = stemmer.load()
  loaded.set(language, stem)
  return stem
}
