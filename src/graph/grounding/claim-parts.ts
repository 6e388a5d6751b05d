import type { Claim } from './claims.ts'
import { contentTerms } from './content-terms.ts'
import type { Analyze } from './passage.ts'

/** A part of a sentence, and the passages cited for it. */
export type ClaimPart = { readonly part: string; readonly markers: readonly number[] }

/** Fewer content terms than this say nothing alone: "In 1990 [1], …" is about the whole sentence. */
const MIN_TERMS = 2
/** No sentence cites so often; one that does would be compared with its passages as often, in all its length. */
const MOST_PARTS = 24

/**
 * Divides a sentence at its citations: in "Paris lies in France [1] and Bonn in Germany [2]." each passage supports the
 * words before its marker. What follows the last marker belongs to that; markers side by side share their part.
 */
export function claimParts(claim: Claim, analyze: Analyze): ClaimPart[] {
  const groups: { from: number; to: number; markers: number[] }[] = []
  let from = claim.start
  for (const span of claim.spans) {
    const last = groups.at(-1)
    const between = claim.text.slice((last?.to ?? claim.start) - claim.start, span.start - claim.start)
    if (last !== undefined && !/[\p{L}\p{N}]/u.test(between)) {
      last.to = span.end
      last.markers.push(...span.markers)
    } else groups.push({ from, to: span.end, markers: [...span.markers] })
    from = span.end
  }
  if (groups.length > MOST_PARTS) return [{ part: claim.text, markers: claim.markers }]
  const end = groups.at(-1)
  if (end !== undefined) end.to = claim.end
  return groups.map((group) => {
    const text = claim.text.slice(group.from - claim.start, group.to - claim.start)
    const part = groups.length === 1 || contentTerms(text, analyze).length < MIN_TERMS ? claim.text : text
    return { part, markers: [...new Set(group.markers)] }
  })
}
