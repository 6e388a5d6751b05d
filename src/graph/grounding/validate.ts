import { claimParts } from './claim-parts.ts'
import { type Claim, claimsOf } from './claims.ts'
import { createFrameCheck } from './frames.ts'
import type { Analyze, Passage } from './passage.ts'
import { repeats } from './repeats.ts'
import { supports, supportsTogether, type Verdict } from './support.ts'

export type Citation = {
  readonly marker: number
  readonly chunkId: string | null
  /** Verbatim from the passage. */
  readonly quote: string | null
  /** Offsets of the quote in the document, UTF-16, end exclusive. */
  readonly start: number | null
  readonly end: number | null
  /** True where the quote stands in the passage word for word and supports the claim. */
  readonly verified: boolean
}

export const ProblemKind = {
  /** A marker that names no passage. */
  UNKNOWN_MARKER: 'UNKNOWN_MARKER',
  /** A sentence that claims something and cites nothing. */
  UNCITED_CLAIM: 'UNCITED_CLAIM',
  /** What stands around the claims, such as a heading, and states what no passage says. */
  UNSUPPORTED_FRAME: 'UNSUPPORTED_FRAME',
  /** A sentence that the passages it cites do not support. */
  UNSUPPORTED_CLAIM: 'UNSUPPORTED_CLAIM',
} as const
export type ProblemKind = (typeof ProblemKind)[keyof typeof ProblemKind]

export type Problem = {
  readonly kind: ProblemKind
  readonly sentence: string
  readonly markers: readonly number[]
  /** What the sentence states and the passages lack: numbers, quoted words, identifiers, names. */
  readonly missing: readonly string[]
}

export type Validation = {
  /** By the order in which the answer cites them. */
  readonly citations: readonly Citation[]
  /** Every sentence that claims something carries a verified citation, and nothing else states what no passage says. */
  readonly grounded: boolean
  readonly problems: readonly Problem[]
}

export type ValidateOptions = {
  readonly text: string
  readonly passages: readonly Passage[]
  readonly analyze: Analyze
  /** What was asked, and what it was searched for as: headings, questions and refusals may take its words up. */
  readonly question?: string
}

/** More than a line counts that leads in to a list. */
const mostItems = 100
const listMark = /^\s*(?:[-*+•‣▪◦·–]|\(?\d{1,3}[.)])\s/

/** Checks an answer against the passages it cites. Trusts nothing in the answer: every quote is cut from a passage. */
export function validateAnswer(options: ValidateOptions): Validation {
  for (const steps = validation(options); ; ) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, a sentence a step: a long answer takes as long as other streams should not have to wait. */
export function* validation({
  text,
  passages,
  analyze,
  question = '',
}: ValidateOptions): Generator<void, Validation, void> {
  const byMarker = new Map(passages.map((passage) => [passage.marker, passage]))
  const candidates: Citation[] = []
  const problems: Problem[] = []
  let grounded = true
  const claims = claimsOf(text)
  const checkFrame = createFrameCheck({ passages, question, analyze })
  for (const [i, claim] of claims.entries()) {
    yield
    const unknown = claim.markers.filter((marker) => !byMarker.has(marker))
    for (const marker of unknown)
      candidates.push({ marker, chunkId: null, quote: null, start: null, end: null, verified: false })
    if (unknown.length > 0) problems.push(problem(ProblemKind.UNKNOWN_MARKER, claim, unknown))
    let supported = claim.markers.length > unknown.length || claim.inherited.length > 0
    const missing: string[] = []
    const own = claimParts(claim, analyze)
    for (const { part, markers } of own.length > 0 ? own : [{ part: claim.text, markers: claim.inherited }]) {
      const cited = markers.flatMap((marker) => byMarker.get(marker) ?? [])
      const verdicts = cited.map((passage) => verdictOn(part, claim.text, passage, cited, analyze))
      candidates.push(
        ...verdicts
          .map((verdict, i) =>
            own.length > 0 || verdict.supported ? citation(cited[i], verdict) : undefined,
          )
          .filter((c) => c !== undefined),
      )
      if ((cited.length === 0 && own.length > 0) || verdicts.some((verdict) => verdict.supported)) continue
      supported = false
      missing.push(...verdicts.flatMap((verdict) => verdict.missing))
    }
    if (claim.mustRepeat && !repeats(claim.text, passages)) {
      problems.push(problem(ProblemKind.UNSUPPORTED_CLAIM, claim, claim.markers))
      grounded = false
    }
    const unsaid = claim.isFrame ? checkFrame(claim, itemsAfter(claims, i)) : null
    if (unsaid !== null) {
      problems.push(problem(ProblemKind.UNSUPPORTED_FRAME, claim, claim.markers, unsaid))
      grounded = false
    }
    if (!claim.isClaim) continue
    if (claim.markers.length === 0 && !supported) problems.push(problem(ProblemKind.UNCITED_CLAIM, claim, []))
    else if (!supported && unknown.length < claim.markers.length) {
      problems.push(problem(ProblemKind.UNSUPPORTED_CLAIM, claim, claim.markers, missing))
    }
    grounded &&= supported
  }
  return { citations: distinct(candidates), grounded, problems }
}

/** How many items or rows the list behind a line has. */
function itemsAfter(claims: readonly Claim[], at: number): number {
  let items = 0
  for (let i = at + 1; i < claims.length && items <= mostItems; i += 1) {
    const { kind, text } = claims[i] as Claim
    if (kind !== 'item' && kind !== 'row' && kind !== 'markup') break
    if (kind === 'row' || listMark.test(text)) items += 1
  }
  return items
}

/** The part before the marker, else the sentence around it, else the sentence with all passages cited beside it. */
function verdictOn(
  part: string,
  sentence: string,
  passage: Passage,
  cited: readonly Passage[],
  analyze: Analyze,
): Verdict {
  const own = supports(part, passage, analyze)
  if (own.supported) return own
  const whole = part === sentence ? own : supports(sentence, passage, analyze)
  if (whole.supported) return whole
  const together = cited.length > 1 ? supportsTogether(part, passage, cited, analyze) : own
  return together.supported ? together : own
}

function citation(passage: Passage | undefined, { supported, support }: Verdict): Citation | undefined {
  if (passage === undefined) return undefined
  const { marker, chunkId } = passage
  if (support === null) return { marker, chunkId, quote: null, start: null, end: null, verified: false }
  const { quote, start, end } = support
  const verbatim = passage.text.slice(start - passage.start, end - passage.start) === quote
  return { marker, chunkId, quote, start, end, verified: supported && verbatim }
}

/** One for each marker and verified quote; a marker with no verified quote keeps the first that it had. */
function distinct(candidates: readonly Citation[]): Citation[] {
  const verified = new Set(candidates.filter((c) => c.verified).map((c) => c.marker))
  const seen = new Set<string>()
  return candidates.filter((c) => {
    if (verified.has(c.marker) && !c.verified) return false
    const key = c.verified ? `${c.marker}:${c.start}:${c.end}` : `${c.marker}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function problem(
  kind: ProblemKind,
  claim: Claim,
  markers: readonly number[],
  missing: readonly string[] = [],
): Problem {
  return { kind, sentence: claim.text, markers, missing: [...new Set(missing)] }
}
