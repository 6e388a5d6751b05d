import { blankMarkers } from './markers.ts'

const listMarker = /^\s*(?:[-*+•]|\(?\d{1,3}[.)])\s+/
const table = /^\s*\|\s*|\s{0,20}\|\s*$/g
/** Words about the answer and not about its matter; a passage never holds them. */
const discourse =
  /^\s*(?:(?:yes|no|however|additionally|furthermore|moreover|in addition|also|therefore|thus|hence|finally|overall|in summary|in short|in conclusion|specifically|for example|for instance|similarly|in contrast|ja|nein|oui|sí|да|нет|是的|はい|いいえ)(?:\s*[,，、]\s*|\s+(?=$)))+/iu
const attribution =
  /(?:(?:according to|based on|as (?:stated|described|mentioned) in|per) )?(?:the )?(?:(?:provided|given|cited) )?(?:passages?|documents?|documentation|sources?|context|text)(?: (?:also )?(?:states?|says?|mentions?|explains?|notes?|shows?|describes?|indicates?) that|(?<=(?:according to|based on|in|per) .{0,40}),)/giu

/** A sentence of an answer with only its statement left: without citations, list markers and "According to the passage,". */
export function statementOf(sentence: string): string {
  const bare = blankMarkers(sentence).replace(listMarker, '').replace(table, '')
  const said = bare.replace(attribution, ' ').replace(discourse, '')
  return /[\p{L}\p{N}]/u.test(said) ? said.trim() : bare.trim()
}
