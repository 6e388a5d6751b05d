import { tokenize } from './tokenize.ts'
import { nameTerm, wholeTerm, wordTerm } from './word-term.ts'

/**
 * Raised with each change of what terms a text has: documents that were analysed otherwise are analysed anew when a
 * worker starts, and found by what they had until then.
 */
export const ANALYSIS_VERSION = 2

/** The terms of a text, each of 1 to 64 UTF-16 units. */
export interface Analysis {
  /** In their order, with repetitions: what BM25 counts. */
  readonly terms: string[]
  /**
   * The single characters of scripts without spaces, which `terms` have in pairs: so that a query of one finds them.
   * They are no part of a text's length, and a query that has pairs does without.
   */
  readonly characters: string[]
}

/**
 * The analysis of documents, in their language (BCP 47 without region, null where unknown). Nothing is a stop word.
 * The fold of words is in fold-word.ts, the parts of names in tokenize.ts. Linear time; throws for no string.
 */
export function analysisOf(text: string, language: string | null): Analysis {
  const terms: string[] = []
  const characters: string[] = []
  tokenize(text, {
    word(parts) {
      const whole = wholeTerm(parts, language)
      terms.push(whole)
      for (let index = 1; index < parts.length; index++) {
        const term = wordTerm(parts[index] ?? '', language)
        if (term !== whole) terms.push(term)
      }
    },
    name: (whole) => terms.push(nameTerm(whole, language)),
    gram: (gram) => terms.push(gram),
    character: (character) => characters.push(character),
  })
  return { terms, characters }
}

/** The terms of a text in their order, with repetitions, without single characters. */
export function analyze(text: string, language: string | null = null): string[] {
  return analysisOf(text, language).terms
}
