import { contentTerms } from './content-terms.ts'
import type { Analyze } from './passage.ts'
import { presenceIn } from './term-presence.ts'

const negator =
  /\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|unable|fails? to|failed to|lacks?|nicht|kein\w*|nie|niemals|ohne|pas|jamais|aucun\w*|sans|nunca|sin|ningun\w*)\b|n['’]t\b|(?<!\p{L})(?:не|нет|ни|без|никогда)(?!\p{L})|不(?![同仅断过久])|没|沒|未|无(?!论)|無い|ません|ない(?!で|し)|なかった|ไม่|(?<!\p{L})(?:لا|ليس|ليست|لم|لن|بدون)(?!\p{L})/iu
/** Negates nothing: "not only … but also", "no longer than", "No. 5". */
const notNegating =
  /\bnot only\b|\bnicht nur\b|\bno (?:less|more|fewer|later|earlier|longer) than\b|\bno\. ?\d|не только|不仅|不但/giu
const clauseEnd =
  /[,;:.!?()—–，。；：！？、]|\b(?:but|and|or|while|whereas|although|because|aber|und|mais|et|pero|y)\b|(?<!\p{L})(?:но|и|а)(?!\p{L})/giu
/** The share of a clause's content that the other text must repeat before the two speak of the same thing. */
const SAME_CLAUSE = 0.7

/**
 * Whether one text denies what the other states. Best effort: it compares the clauses that hold a negation and knows
 * nothing of antonyms.
 */
export function contradicts(claim: string, quote: string, analyze: Analyze): boolean {
  const said = claim.replace(notNegating, ' ')
  const source = quote.replace(notNegating, ' ')
  return deniesWithout(said, source, analyze) || deniesWithout(source, said, analyze)
}

/** Whether `text` negates a clause that `other` repeats without any negation. */
function deniesWithout(text: string, other: string, analyze: Analyze): boolean {
  if (!negator.test(text) || negator.test(other)) return false
  const repeated = presenceIn(new Set(analyze(other)))
  return text.split(clauseEnd).some((clause) => {
    if (!negator.test(clause)) return false
    const terms = contentTerms(clause.replace(negator, ' '), analyze)
    const shared = terms.filter((term) => repeated(term) > 0).length
    return terms.length > 0 && shared / terms.length >= SAME_CLAUSE
  })
}
