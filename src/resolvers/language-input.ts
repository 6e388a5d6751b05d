import { BadUserInputError } from '../errors.ts'
import { canonicalLanguage } from '../retrieval/lexical/language/language-tag.ts'

/** @returns the BCP 47 tag in its canonical form; null where none is given */
export function requireLanguage(field: string, tag: string | null | undefined): string | null {
  if (tag === null || tag === undefined) return null
  const language = canonicalLanguage(tag)
  if (language === null) {
    throw new BadUserInputError(field, 'must be the BCP 47 tag of a language, such as de or pt-BR')
  }
  return language
}
