import { functionWords } from './function-words.ts'

/** UTF-16 units that are looked at: more tell no more, and documents have megabytes. */
const SAMPLE_LENGTH = 8_192
const SLICES = 4

type Script = 'Latn' | 'Cyrl' | 'Arab' | 'Deva' | 'Hani' | 'Kana' | 'Other'

/** Scripts that one language has nearly to itself. */
const OWN_SCRIPT: readonly (readonly [language: string, letter: RegExp])[] = [
  ['ko', /\p{sc=Hang}/u],
  ['th', /\p{sc=Thai}/u],
  ['el', /\p{sc=Grek}/u],
  ['he', /\p{sc=Hebr}/u],
  ['hy', /\p{sc=Armn}/u],
  ['ka', /\p{sc=Geor}/u],
  ['bn', /\p{sc=Beng}/u],
  ['pa', /\p{sc=Guru}/u],
  ['gu', /\p{sc=Gujr}/u],
  ['or', /\p{sc=Orya}/u],
  ['ta', /\p{sc=Taml}/u],
  ['te', /\p{sc=Telu}/u],
  ['kn', /\p{sc=Knda}/u],
  ['ml', /\p{sc=Mlym}/u],
  ['si', /\p{sc=Sinh}/u],
  ['lo', /\p{sc=Laoo}/u],
  ['km', /\p{sc=Khmr}/u],
  ['my', /\p{sc=Mymr}/u],
  ['am', /\p{sc=Ethi}/u],
]
const SHARED_SCRIPT: readonly (readonly [script: Script, letter: RegExp])[] = [
  ['Latn', /\p{sc=Latn}/u],
  ['Cyrl', /\p{sc=Cyrl}/u],
  ['Arab', /\p{sc=Arab}/u],
  ['Deva', /\p{sc=Deva}/u],
  ['Kana', /[\p{sc=Hira}\p{sc=Kana}]/u],
  ['Hani', /\p{sc=Han}/u],
]
const SHARED: ReadonlySet<string> = new Set(SHARED_SCRIPT.map(([script]) => script))
const LETTER = /\p{L}/gu
const WORD = /['\p{L}][\p{L}\p{M}'’]*/gu

/** A letter of these says as much as two or three of the others. */
const DENSE: ReadonlySet<string> = new Set(['ko', 'Hani', 'Kana'])
/** Of the letters of a Japanese text; Chinese has none. */
const LEAST_KANA = 0.1
/** Of a text's words: half of what the list of an agglutinating language covers, and twice what code comes to. */
const LEAST_COVERAGE = 0.12
/** Different words of its list that a language must show: one or two are in any text. */
const LEAST_DISTINCT = 3
/** How far the best language must be ahead of the next. */
const LEAST_MARGIN = 1.05

const languagesOf = new Map<string, string[]>()
for (const [language, words] of Object.entries(functionWords)) {
  for (const word of words) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language])
}

interface Tally {
  score: number
  hits: number
  readonly different: Set<string>
}

/** Letters that few languages write, and most of whose words have some. */
const RARE_LETTER: readonly (readonly [letters: RegExp, languages: readonly string[]])[] = [
  [/[ğı]/, ['tr']],
  [/ş/, ['tr', 'ro']],
  [/[őű]/, ['hu']],
  [/[ěřů]/, ['cs']],
  [/[ľĺŕ]/, ['sk']],
  [/[łąęśźń]/, ['pl']],
  [/ß/, ['de']],
  [/ñ/, ['es']],
  [/[ță]/, ['ro']],
  [/[āēģķļņ]/, ['lv']],
  [/[ėųį]/, ['lt']],
  [/õ/, ['et', 'pt', 'vi']],
  [/[æø]/, ['da', 'no']],
  [/ã/, ['pt', 'vi']],
  [/[đ]/, ['hr', 'vi']],
  [/[ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/, ['vi']],
  [/[ïєґ]|і$/, ['uk']],
  [/ў/, ['be']],
  [/[љњћђ]/, ['sr']],
  [/[ќѓѕ]/, ['mk']],
  [/ы/, ['ru', 'be']],
  [/[ٹڈڑےںہھ]/, ['ur']],
  [/[پچژگ]/, ['fa', 'ur']],
  [/[ةأإى]/, ['ar']],
  [/ळ/, ['mr']],
]
const ASCII = /^[\0-\x7f]*$/
const none: readonly string[] = []

function languagesByLetter(word: string): readonly string[] {
  if (ASCII.test(word)) return none
  return RARE_LETTER.find(([letters]) => letters.test(word))?.[1] ?? none
}

const scripts = new Map<string, string>()

function scriptOf(letter: string): string {
  const known = scripts.get(letter)
  if (known !== undefined) return known
  const [found = 'Other'] =
    [...SHARED_SCRIPT, ...OWN_SCRIPT].find(([, pattern]) => pattern.test(letter)) ?? []
  // Some tens of thousands there are.
  scripts.set(letter, found)
  return found
}

/** The script that most of a text is in, or the language whose script it is; null without letters. */
function mainScript(text: string): string | null {
  const counts = new Map<string, number>()
  for (const [letter] of text.matchAll(LETTER)) {
    const script = scriptOf(letter)
    counts.set(script, (counts.get(script) ?? 0) + (DENSE.has(script) ? 2.5 : 1))
  }
  const kana = counts.get('Kana') ?? 0
  const japanese = kana + (counts.get('Hani') ?? 0)
  counts.delete('Kana')
  counts.delete('Hani')
  if (japanese > 0) counts.set(kana >= LEAST_KANA * japanese ? 'ja' : 'zh', japanese)
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best?.[0] ?? null
}

/** Pieces from all over a text: what it begins with may be a licence or a cover in another language. */
export function languageSample(text: {
  readonly length: number
  slice(start: number, end: number): string
}): string {
  if (text.length <= SAMPLE_LENGTH) return text.slice(0, text.length)
  const size = SAMPLE_LENGTH / SLICES
  const apart = (text.length - size) / (SLICES - 1)
  const pieces = Array.from({ length: SLICES }, (_, index) => {
    const from = Math.floor(index * apart)
    return text.slice(from, from + size)
  })
  return pieces.join('\n').slice(0, SAMPLE_LENGTH)
}

/**
 * The language of a text by its beginning, as BCP 47 (`de`), or null where that cannot be told: by script where a
 * script has one language, else by the function words of the main script's languages. Of text without sentences, such
 * as code, tables or a few words, it is not told. Linear time; throws for no string.
 */
export function detectLanguage(text: string): string | null {
  const sample = text.slice(0, SAMPLE_LENGTH).normalize('NFC')
  const script = mainScript(sample)
  if (script === null || script === 'Other') return null
  return SHARED.has(script) ? byWords(sample.toLowerCase()) : script
}

function byWords(sample: string): string | null {
  const words = sample.match(WORD) ?? []
  const tallies = new Map<string, Tally>()
  for (const word of words) {
    const languages = languagesOf.get(word) ?? languagesByLetter(word)
    // What few languages have tells more.
    const weight = 1 / languages.length ** 0.5
    for (const language of languages) {
      const tally = tallies.get(language) ?? { score: 0, hits: 0, different: new Set() }
      tally.score += weight
      tally.hits += 1
      tallies.set(language, tally)
      tally.different.add(word)
    }
  }
  const [best, next] = [...tallies].sort(([, a], [, b]) => b.score - a.score)
  if (!best) return null
  const [language, { score, hits, different }] = best
  const certain =
    hits >= LEAST_COVERAGE * words.length &&
    different.size >= LEAST_DISTINCT &&
    score >= LEAST_MARGIN * (next?.[1].score ?? 0)
  return certain ? language : null
}
