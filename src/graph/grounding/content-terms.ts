import { chineseFunctionWords, functionWords } from './function-words.ts'
import type { Analyze } from './passage.ts'

const wordSegmenter = new Intl.Segmenter('und', { granularity: 'word' })
/** Not the ー of katakana. */
const hiragana = /\p{Script=Hiragana}[\p{Script=Hiragana}ー]*/gu
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const thai = /\p{Script=Thai}/u
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const contentScript = /[\p{Script=Han}\p{Script=Katakana}\p{Script=Thai}\p{Script=Latin}\p{N}]{2}/u

/**
 * The terms of a text that carry content, in order, duplicates kept: all terms but those of function words. Where a
 * text holds nothing else, all its terms.
 */
export function contentTerms(text: string, analyze: Analyze): string[] {
  const kept = withoutSpacelessGrammar(text)
  const terms = [...analyze(kept)]
  // Dropped by their count and not by their form: "US" must survive the loss of an "us", and the whole text is
  // analysed at once because the analyser may choose its stemmer by the language it sees.
  const dropped = new Map<string, number>()
  for (const term of analyze(grammarOf(kept).join(' '))) dropped.set(term, (dropped.get(term) ?? 0) + 1)
  const content = terms.filter((term) => {
    const left = dropped.get(term) ?? 0
    if (left > 0) dropped.set(term, left - 1)
    return left === 0
  })
  return content.length > 0 ? content : [...analyze(text)]
}

/** The same, and one ideograph, which is a word: what is left of 借りる. */
const contentCharacter = new RegExp(`\\p{Script=Han}|${contentScript.source}`, 'u')
const spacelessRun =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー]+/gu
const edges = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu
/** What French and Italian hang before a word. */
const elided = /^(?:[cdjlmnst]|qu|dell|all|nell)['’](?=\p{L}{2})/iu

const scriptsOfRun = /[\p{Script=Katakana}ー]+|[^\p{Script=Katakana}ー]+/gu

/** By a dictionary, but for katakana: it writes foreign words, which dictionaries cut to pieces. */
function dividedRun(run: string): string {
  const parts = run.match(scriptsOfRun) ?? []
  return parts
    .map((part) => (/^[\p{Script=Katakana}ー]/u.test(part) ? part : wordsOf(part).join(' ')))
    .join(' ')
}

/** The words of a text that carry content, as they are written; scripts without spaces are divided by a dictionary. */
export function contentWords(text: string): string[] {
  const bare = withoutSpacelessGrammar(text, contentCharacter)
  const { list } = guess(wordsOf(bare))
  const pieces = bare.replace(spacelessRun, (run) => ` ${dividedRun(run)} `).split(/\s+/)
  return pieces
    .map((piece) => piece.replace(edges, '').replace(elided, ''))
    .filter((word, i) => word !== '' && (!list?.has(word.toLowerCase()) || isName(word, i)))
}

/** The language whose function words the text holds most of, or undefined where it holds none. */
export function languageOf(text: string): string | undefined {
  return guess(wordsOf(text)).language
}

function grammarOf(text: string): string[] {
  const words = wordsOf(text)
  const { list } = guess(words)
  return list === undefined ? [] : words.filter((word, i) => list.has(word.toLowerCase()) && !isName(word, i))
}

function guess(words: readonly string[]): { language?: string; list?: ReadonlySet<string> } {
  let best: { language?: string; list?: ReadonlySet<string>; hits: number } = { hits: 0 }
  for (const [language, list] of Object.entries(functionWords)) {
    const hits = words.filter((word) => list.has(word.toLowerCase())).length
    if (hits > best.hits) best = { language, list, hits }
  }
  return best
}

/** "US", "WHO", "May" and "Will" within a sentence are names although "us", "who", "may" and "will" are not. */
function isName(word: string, index: number): boolean {
  if (word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()) return true
  return index > 0 && /^(?:May|Will)$/.test(word)
}

function wordsOf(text: string): string[] {
  return [...wordSegmenter.segment(text)].filter((s) => s.isWordLike).map((s) => s.segment)
}

/**
 * Scripts without spaces are analysed as pairs of characters. A pair across a particle is noise, so particles go first.
 * Japanese writes its grammar in hiragana and most of its content in kanji and katakana.
 */
function withoutSpacelessGrammar(text: string, content = contentScript): string {
  if (!spaceless.test(text)) return text
  const particles = thai.test(text) ? functionWords.th : chineseFunctionWords
  const bare = kana.test(text)
    ? text.replace(hiragana, ' ').replace(/何|誰/g, ' ')
    : [...wordSegmenter.segment(text)].map((s) => (particles?.has(s.segment) ? ' ' : s.segment)).join('')
  return content.test(bare) ? bare : text
}
