import type { Candidate } from './candidates.ts'

/** More items than this are left to the source. */
const MOST_ITEMS = 12
const marker = /^\s*(?:[-*+•‣▪◦·–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s/
const ordinal = /^\s*\(?(\d{1,3})[.)]\s/

/** Whether the text begins an item and does not go on in one. */
export function beginsItem(quote: string): boolean {
  return marker.test(quote)
}

/** The number that an ordered list gives the item. */
export function ordinalOf(quote: string): string | undefined {
  return ordinal.exec(quote)?.[1]
}

/** All sentences of the list that one belongs to, in order; none of a list that is too long. */
export function listAround({ index }: Candidate, siblings: readonly Candidate[]): Candidate[] {
  let from = index
  while (siblings[from - 1]?.kind === 'item') from -= 1
  let to = index + 1
  while (siblings[to]?.kind === 'item') to += 1
  const list = siblings.slice(from, to)
  return list.filter(({ quote }) => beginsItem(quote)).length <= MOST_ITEMS ? list : []
}
