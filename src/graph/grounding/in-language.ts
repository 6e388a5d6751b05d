import { detectLanguage, languageSample } from '../../retrieval/lexical/language/detect-language.ts'
import type { Analyze, Passage } from './passage.ts'

/** The analysis of retrieval, which knows no language unless it is told one. */
export type AnalyzeIn = (text: string, language: string | null) => readonly string[]

/** Compares words as those of the passages' language, which most of them are in: "Häuser" supports "Haus". */
export function inLanguageOf(passages: readonly Pick<Passage, 'text'>[], analyze: AnalyzeIn): Analyze {
  const language = detectLanguage(languageSample(passages.map(({ text }) => text).join('\n')))
  // Each claim of an answer is compared with the same sentences: analysed anew they held up everything else here.
  const known = new Map<string, readonly string[]>()
  return (text) => {
    const terms = known.get(text) ?? analyze(text, language)
    known.set(text, terms)
    return terms
  }
}
