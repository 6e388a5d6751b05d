import type { Candidate } from './candidates.ts'
import { listAround } from './whole-list.ts'

const leadIn = /[:：][\s*_]*$/
/** Characters of code that an answer shows whole; longer code is left to the source. */
const MOST_CODE = 1_500

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
  // All of it or nothing: half a list reads as the whole of it.
  return listAround(next, siblings)
}
