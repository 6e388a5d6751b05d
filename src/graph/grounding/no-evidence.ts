import { claimsOf } from './claims.ts'
import { refusesIn } from './refusal-sentence.ts'

/** The whole answer where retrieval found nothing that bears on the question. */
export const NO_EVIDENCE = 'No passage in this collection supports an answer.'

/** Whether an answer says that the passages do not answer, and claims nothing beside. */
export function isRefusal(answer: string): boolean {
  const claims = claimsOf(answer)
  return (
    claims.some((claim) => refusesIn(claim.text)) &&
    !claims.some((claim) => claim.isClaim || claim.mustRepeat)
  )
}
