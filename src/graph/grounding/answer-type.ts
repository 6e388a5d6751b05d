/**
 * What the answer to a question should hold, by the question's wording. Only English questions are read, and only a
 * bonus comes of it: a sentence without the hint can still win.
 */
type AnswerType = { readonly asks: RegExp; readonly holds: RegExp }

const month = /\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b/
  .source

const answerTypes: readonly AnswerType[] = [
  {
    asks: /\b(?:when|what (?:year|date|day|month|century|decade|time)|(?:which|what) (?:\w+ )?(?:year|century|decade)|since when)\b/i,
    holds: new RegExp(
      `\\b1\\d{3}\\b|\\b20\\d{2}\\b|\\b\\d{1,2}(?:st|nd|rd|th)\\b|\\bcentur(?:y|ies)\\b|\\b\\d{3,4}s\\b|${month}`,
    ),
  },
  {
    asks: /\b(?:how (?:many|much|old|long|far|tall|high|big|large|often|deep|fast)|what (?:percentage|percent|number|amount|age|is the population|was the population))\b/i,
    holds:
      /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter|dozen|once|twice)\b/i,
  },
  {
    asks: /\b(?:who|whom|whose|what (?:was|is) the name|(?:which|what) (?:person|people|president|king|queen|author|actor|scientist))\b/i,
    holds: /(?<=[\p{L}\d,;’'"”)]\s)\p{Lu}\p{Ll}+/u,
  },
  {
    asks: /\b(?:where|(?:what|which) (?:country|city|state|place|river|town|region))\b/i,
    holds: /\b(?:in|at|near|from|to|of)\s(?:the\s)?\p{Lu}/u,
  },
  {
    asks: /\bwhy\b|\bfor what reason\b/i,
    holds:
      /\b(?:because|due to|since|so that|in order to|caused?|reasons?|result(?:ed|s)?|to avoid|therefore|as a consequence|led to)\b/i,
  },
]

/** The pattern that an answer to the question would match, or undefined where its wording says nothing. */
export function expectedIn(question: string): RegExp | undefined {
  return answerTypes.find((type) => type.asks.test(question))?.holds
}
