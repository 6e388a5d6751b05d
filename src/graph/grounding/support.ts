import { contentTerms } from './content-terms.ts'
import type { Span } from './mask.ts'
import { otherMonths } from './months.ts'
import { changedIn } from './near-verbatim.ts'
import { contradicts } from './negation.ts'
import { statedNumbers, withPlainNumbers, writtenNumbers } from './numbers.ts'
import type { Analyze, Passage } from './passage.ts'
import { plainText } from './plain.ts'
import { sentencesOf } from './sentences.ts'
import { spacelessWords } from './spaceless-words.ts'
import { missingSpecifics } from './specifics.ts'
import { statementOf } from './statement.ts'
import { type Presence, presenceIn } from './term-presence.ts'
import { swappedUnits, turnsRound, withoutUnits } from './units.ts'

export type Support = {
  /** Verbatim from the passage: one sentence, or two that stand together. */
  readonly quote: string
  /** Offsets of the quote in the document, UTF-16, end exclusive. */
  readonly start: number
  readonly end: number
  /** The share of the claim's content terms that the quote holds, from 0 to 1. */
  readonly coverage: number
}

export type Verdict = {
  readonly supported: boolean
  readonly support: Support | null
  /** The share of the claim's content terms that the passage holds, from 0 to 1. */
  readonly coverage: number
  /** Numbers, quoted words, identifiers and names of the claim that the passage lacks. */
  readonly missing: readonly string[]
}

/** The passage must hold this share of the claim's content terms: a paraphrase may change two words in five. */
const MIN_COVERAGE = 0.6
/** A claim of so few content terms must find them all: in "Einstein found gravity" one word makes it false. */
const SHORT_CLAIM = 3
/** The quote must hold this share itself: words scattered over a passage state nothing together. */
const MIN_QUOTE_COVERAGE = 0.4
/** A second sentence is quoted only where it adds this much. */
const MIN_GAIN = 0.15

/** The sentence of the passage, or two neighbours, that hold most of the claim; null where none holds any of it. */
export function bestSupport(claim: string, passage: Passage, analyze: Analyze): Support | null {
  const said = plainText(statementOf(claim))
  const terms = claimTerms(claim, passage.text, analyze)
  const sentences = statingSentences(passage)
  const own = sentences.map((sentence) => analyze(withPlainNumbers(sentence.text)))
  let best: Support | null = null
  let most = 0
  const consider = (from: Span, to: Span, held: readonly string[], cost: number) => {
    const coverage = share(terms, presenceIn(new Set(held)))
    // Of two that hold as much the one with fewer other words, which state something else.
    const score = coverage - cost - held.length / 10_000
    if (coverage === 0 || (best !== null && score <= most)) return
    most = score
    const quote = passage.text.slice(from.start, to.end)
    best = { quote, start: passage.start + from.start, end: passage.start + to.end, coverage }
  }
  for (const [i, sentence] of sentences.entries()) {
    // Word for word beats everything, even a sentence with the same words in it.
    const verbatim = said !== '' && sentence.plain === said
    // A heading states nothing; it is quoted only where it alone holds the claim's words.
    consider(sentence, sentence, own[i] ?? [], verbatim ? -1 : sentence.kind === 'heading' ? MIN_GAIN : 0)
    const next = sentences[i + 1]
    if (next !== undefined) consider(sentence, next, [...(own[i] ?? []), ...(own[i + 1] ?? [])], MIN_GAIN)
  }
  return best
}

type PlainSentence = ReturnType<typeof sentencesOf>[number] & { readonly plain: string }

const known = new WeakMap<Passage, readonly PlainSentence[]>()

/** Split once for all claims that cite the passage. */
function statingSentences(passage: Passage): readonly PlainSentence[] {
  const sentences =
    known.get(passage) ??
    sentencesOf(passage.text)
      .filter((sentence) => sentence.kind !== 'markup')
      .map((sentence) => ({ ...sentence, plain: plainText(sentence.text) }))
  known.set(passage, sentences)
  return sentences
}

/**
 * Whether a passage supports a claim: enough of its words, all of its specifics, and no negation against it. What the
 * title and headings say counts for the passage, since a chunk often leaves its subject to them.
 */
export function supports(claim: string, passage: Passage, analyze: Analyze): Verdict {
  return supportsTogether(claim, passage, [passage], analyze)
}

/** The same, where the claim cites several passages that may each hold a part of it. */
export function supportsTogether(
  claim: string,
  passage: Passage,
  cited: readonly Passage[],
  analyze: Analyze,
): Verdict {
  const bare = statementOf(claim)
  const { text: evidence, plain } = evidenceOf(cited)
  const found = bestSupport(claim, passage, analyze)
  if (found !== null && plainText(found.quote) === plainText(bare)) {
    return { supported: true, support: found, coverage: 1, missing: [] }
  }
  const terms = claimTerms(claim, evidence, analyze)
  const coverage = share(terms, presenceIn(new Set(analyze(withPlainNumbers(evidence)))))
  const missing = [...missingSpecifics(bare, evidence, analyze), ...misstated(plainText(bare), plain)]
  if (found)
    missing.push(...changedIn(plainText(bare), plainText(found.quote), found.coverage, evidence, analyze))
  const enough = isEnough(coverage, terms.length) && holdsWords(spacelessWords(bare), evidence)
  const quoted = found !== null && found.coverage >= MIN_QUOTE_COVERAGE / cited.length
  const supported =
    enough &&
    quoted &&
    missing.length === 0 &&
    !contradicts(bare, found.quote, analyze) &&
    !turnsRound(bare, found.quote)
  return { supported, support: found, coverage, missing: [...new Set(missing)] }
}

interface Evidence {
  readonly text: string
  readonly plain: string
}

const evidences = new WeakMap<Passage, Evidence>()

/** What the passages say, with their titles and headings. */
function evidenceOf(cited: readonly Passage[]): Evidence {
  const [only] = cited
  const known = cited.length === 1 && only ? evidences.get(only) : undefined
  if (known) return known
  const text = cited.map((p) => [p.title, ...p.headings, p.text].join('\n')).join('\n')
  const evidence = { text, plain: plainText(text) }
  if (cited.length === 1 && only) evidences.set(only, evidence)
  return evidence
}

/** Numbers that are there, but of other units, months or magnitudes. */
function misstated(claim: string, evidence: string): string[] {
  const written = writtenNumbers(claim)
  const stated = written.length > 0 ? statedNumbers(evidence) : new Set<string>()
  return [
    ...swappedUnits(claim, evidence),
    ...otherMonths(claim, evidence),
    ...written.filter(({ value }) => !stated.has(value)).map((each) => each.written),
  ]
}

/** Whether of a statement's terms so many are there that it may be a paraphrase. */
export function holdsEnough(terms: readonly string[], presence: Presence): boolean {
  return isEnough(share(terms, presence), terms.length)
}

const han = /\p{Script=Han}/u

/** The same of words in scripts without spaces. */
export function holdsWords(words: readonly string[], evidence: string): boolean {
  if (words.length === 0) return true
  const there = evidence.normalize('NFKC')
  // 高度 says what 高 says: a word with a character in common is kin, as in presenceIn.
  const presence = (word: string) =>
    there.includes(word) ? 1 : [...word].some((c) => han.test(c) && there.includes(c)) ? 0.7 : 0
  return isEnough(words.reduce((sum, word) => sum + presence(word), 0) / words.length, words.length)
}

function isEnough(coverage: number, terms: number): boolean {
  return coverage >= (terms <= SHORT_CLAIM ? allKin(terms) : MIN_COVERAGE)
}

/** All terms, of which one may be there in another form (0.7, see presenceIn). */
function allKin(count: number): number {
  return (count - 0.31) / Math.max(1, count)
}

function claimTerms(claim: string, evidence: string, analyze: Analyze): string[] {
  // Lists of function words have the typewriter's apostrophe.
  const bare = withoutUnits(statementOf(claim), evidence).replace(/’/g, "'")
  return [...new Set(contentTerms(withPlainNumbers(bare), analyze))]
}

function share(terms: readonly string[], presence: Presence): number {
  return terms.length === 0 ? 0 : terms.reduce((sum, term) => sum + presence(term), 0) / terms.length
}
