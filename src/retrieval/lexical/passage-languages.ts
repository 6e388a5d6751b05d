import { analysedLanguage } from './language/language-tag.ts'
import type { PassageLanguage } from './query-concepts.ts'

/**
 * The languages of a collection as its words are analysed, from the tags of its documents ('' where unknown), the
 * commonest first. `forced`: the one that the words of a query are in.
 */
export function passageLanguages(
  {
    languages,
    language_chunks,
  }: { readonly languages: readonly string[]; readonly language_chunks: readonly number[] },
  forced: string | null,
): PassageLanguage[] {
  if (forced !== null) {
    const all = language_chunks.reduce((sum, chunks) => sum + chunks, 0)
    return [{ language: analysedLanguage(forced), chunks: all }]
  }
  const chunks = new Map<string | null, number>()
  for (const [index, tag] of languages.entries()) {
    const language = tag === '' ? null : analysedLanguage(tag)
    chunks.set(language, (chunks.get(language) ?? 0) + (language_chunks[index] ?? 0))
  }
  // Of statistics without languages, which no release writes but a restore may leave.
  if (chunks.size === 0) return [{ language: null, chunks: 0 }]
  return [...chunks].map(([language, count]) => ({ language, chunks: count }))
}
