import type { Candidate } from './candidates.ts'

const leadIn = /[:：][\s*_]*$/
/** Characters of code that an answer shows whole; longer code is left to the source. */
const MOST_CODE = 1_500
const MOST_ITEMS = 8

/**
 * What a sentence leads to and is not complete without: the list or the code behind its colon. To a question of how
 * something is done, code belongs that follows without one, too.
 */
export function ledTo(
  { plain, index, kind }: Candidate,
  siblings: readonly Candidate[],
  isHowTo: boolean,
): Candidate[] {
  const leads = leadIn.test(plain)
  const next = siblings[index + 1]
  if (next === undefined || kind === 'heading' || kind === 'code') return []
  if (next.kind === 'code') return (leads || isHowTo) && next.quote.length <= MOST_CODE ? [next] : []
  if (!leads || next.kind !== 'item') return []
  const items: Candidate[] = []
  for (const candidate of siblings.slice(index + 1)) {
    // All of it or nothing: half a list reads as the whole of it.
    if (candidate.kind !== 'item') return items
    if (items.length === MOST_ITEMS) return []
    items.push(candidate)
  }
  return items
}
