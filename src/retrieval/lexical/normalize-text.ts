const NON_ASCII = /[^\0-\x7f]/
/** Emoji and keycaps. Before NFKC, which would turn ™ into the letters TM and Ⓜ into M. */
const PICTOGRAPH = /\p{Extended_Pictographic}|[0-9#*]\ufe0f?\u20e3/gu
/** Soft hyphens, joiners and variation selectors stand inside words; the zero-width space stands between them. */
const INVISIBLE = /(?!\u200b)\p{Default_Ignorable_Code_Point}/gu
/**
 * ICU sorts a run of combining marks by insertion: 400,000 alternating marks take NFKC a minute. UAX #15 (Stream-Safe
 * Text Format) allows 30 in a row, so what comes after the 30th is dropped. A lookbehind, because a greedy run of
 * marks overflows the regex stack.
 */
const EXCESS_MARK = /\p{M}(?<=\p{M}{31})/gu

/** NFKC, without emoji, invisible characters and endless runs of combining marks. Never throws; linear time. */
export function normalizeText(text: string): string {
  if (!NON_ASCII.test(text)) return text
  return text.replace(PICTOGRAPH, ' ').replace(INVISIBLE, '').replace(EXCESS_MARK, '').normalize('NFKC')
}
