import { languageOf } from './content-terms.ts'
import { numbersIn, statedNumbers } from './numbers.ts'
import type { Analyze } from './passage.ts'
import { presenceIn } from './term-presence.ts'

/** A quote that holds this much of a claim is what the claim repeats: what differs was changed. */
const REPEATED = 0.8
const NOUN = /(?<=[\p{L}\p{N},;’')»”]\s{1,3})\p{Lu}\p{L}{3,}/gu
const COMPOUND = 5

/**
 * What a claim that repeats its quote changes in it. A number: "between 1361 and 1528" for "1522", where the passage
 * has 1528 elsewhere. A German noun, whose capital tells no name: where all else is repeated, another noun is another
 * thing, and no paraphrase.
 */
export function changedIn(
  claim: string,
  quote: string,
  coverage: number,
  evidence: string,
  analyze: Analyze,
): string[] {
  if (coverage < REPEATED) return []
  return [...changedNumbers(claim, quote), ...changedNouns(claim, evidence, analyze)]
}

function changedNumbers(claim: string, quote: string): string[] {
  const stated = statedNumbers(quote)
  const said = statedNumbers(claim)
  const lacks = (from: string, other: ReadonlySet<string>) =>
    numbersIn(from).filter((readings) => ![...readings].some((reading) => other.has(reading)))
  if (lacks(quote, said).length === 0) return []
  return lacks(claim, stated).flatMap((readings) => [...readings][0] ?? [])
}

function changedNouns(claim: string, evidence: string, analyze: Analyze): string[] {
  if (languageOf(claim) !== 'de') return []
  const there = new Set(analyze(evidence))
  const present = presenceIn(there)
  const isKin = (term: string) =>
    [...there].some((each) => each.length >= COMPOUND && (each.includes(term) || term.includes(each)))
  return (claim.match(NOUN) ?? []).filter((noun) => {
    const terms = analyze(noun)
    return (
      terms.length > 0 && !terms.some((term) => present(term) > 0 || (term.length >= COMPOUND && isKin(term)))
    )
  })
}
