const names: readonly (readonly string[])[] = [
  ['january', 'jan', 'januar'],
  ['february', 'feb', 'februar'],
  ['march', 'mar', 'märz'],
  ['april', 'apr'],
  ['may', 'mai'],
  ['june', 'jun', 'juni'],
  ['july', 'jul', 'juli'],
  ['august', 'aug'],
  ['september', 'sep', 'sept'],
  ['october', 'oct', 'oktober', 'okt'],
  ['november', 'nov'],
  ['december', 'dec', 'dezember', 'dez'],
]
const all = names.flat().join('|')
/** Beside a number: "may" and "march" are verbs, too. */
const dated = new RegExp(
  `(?<!\\p{L})(${all})\\.?\\s\\d|\\d(?:st|nd|rd|th)?\\.?\\s(?:of\\s)?(${all})(?!\\p{L})`,
  'giu',
)

/** Months of dates in the claim that the evidence, which has others, does not have. */
export function otherMonths(claim: string, evidence: string): string[] {
  const stated = monthsIn(evidence)
  if (stated.size === 0) return []
  return [...monthsIn(claim)].filter(([month]) => !stated.has(month)).map(([, written]) => written)
}

function monthsIn(text: string): ReadonlyMap<number, string> {
  return new Map(
    [...text.matchAll(dated)].map((match) => {
      const written = match[1] ?? match[2] ?? ''
      return [names.findIndex((each) => each.includes(written.toLowerCase())), written] as const
    }),
  )
}
