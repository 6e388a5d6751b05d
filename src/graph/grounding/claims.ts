import type { BlockKind } from './blocks.ts'
import { blankMarkers, type MarkerSpan, markersOf } from './markers.ts'
import { refusesIn } from './refusal-sentence.ts'
import { type Sentence, sentencesOf } from './sentences.ts'

/** A sentence of an answer; `text` is the slice from `start` to `end`, its citations included. */
export type Claim = {
  readonly text: string
  readonly start: number
  readonly end: number
  /** The passages it cites, in order, each once. */
  readonly markers: readonly number[]
  /** Where those citations stand, as offsets in the answer. */
  readonly spans: readonly MarkerSpan[]
  /** Of an entry of a list without any of its own: those of the line before the list and of the list's last entry. */
  readonly inherited: readonly number[]
  /** Whether it states something that a passage must support. */
  readonly isClaim: boolean
  /** It is no claim, but has words: a heading, a line that leads in to a list, a question, a courtesy, a refusal. */
  readonly isFrame: boolean
  readonly asks: boolean
  /** It says that the passages do not answer. */
  readonly refuses: boolean
  readonly kind: BlockKind
  /** Code, or an entry of a list of sources: what it says must stand in a passage, cited or not. */
  readonly mustRepeat: boolean
}

const courtesy =
  /^(?:hello|hi|hey|sure|certainly|of course|absolutely|great question|good question|thanks?|thank you|you['’]?re welcome|i hope|let me know|feel free|please (?:let|feel|note that i)|if you (?:have|need) (?:any )?(?:more|further|other)|here(?:['’]s| is| are)\b[^.]*[:.]$|hallo|gerne|bonjour|hola|здравствуйте|привет|конечно|你好|您好|当然|こんにちは|สวัสดี)(?![\p{L}])/iu
const courtesyIsAll = 80
/** Questions that state something. */
const rhetorical =
  /^\W*(?:did you know|wussten sie|wusstest du|saviez-vous|sab[ií]as|знаете ли вы|знали ли вы)\b/iu
const question = /[?？؟][\s"”’»)」』]*$/
const leadIn = /[:：][\s*_]*$/
const sourcesHeading =
  /^\W*(?:sources?|references?|citations?|quellen|références|fuentes|источники|参考(?:文献|资料)|出典)\W*$/iu

/**
 * The sentences of an answer with their citations. A citation behind the full stop belongs to the sentence before it.
 * Every marker of the answer is in exactly one sentence.
 */
export function claimsOf(answer: string): Claim[] {
  const markers = markersOf(answer)
  // Without its brackets: the segmenter would cut "End.[1] Next" behind the bracket.
  const bare = blankMarkers(answer)
  const sentences = sentencesOf(bare)
  const owned = ownedBy(markers, sentences, bare)
  let inSources = false
  const claims = withLoneMarkers(sentences, markers).map((sentence, i) => {
    const spans = sentences.length === 0 ? markers : (owned[i] ?? [])
    const start = Math.min(sentence.start, ...spans.map((span) => span.start))
    const end = Math.max(sentence.end, ...spans.map((span) => span.end))
    const plain = sentence.text.trim()
    const isListed = inSources
    // A list of sources at the end repeats titles; it states nothing.
    if (sourcesHeading.test(plain)) inSources = true
    const isClaim = !inSources && states({ ...sentence, text: plain }, spans.length > 0, sentences[i + 1])
    const hasWords = /[\p{L}\p{N}]/u.test(plain)
    const mustRepeat = (isListed || sentence.kind === 'code') && hasWords
    return {
      text: answer.slice(start, end),
      start,
      end,
      markers: [...new Set(spans.flatMap((s) => s.markers))],
      spans,
      inherited: [],
      isClaim,
      isFrame: hasWords && !isClaim && !mustRepeat,
      asks: question.test(plain) && !rhetorical.test(plain),
      refuses: refusesIn(plain),
      kind: sentence.kind,
      mustRepeat,
    }
  })
  return withInherited(claims)
}

/** "The formats are [1]:" and a list, or a list with one citation at its end: it is meant for each entry. */
function withInherited(claims: readonly Claim[]): Claim[] {
  const out: Claim[] = []
  let led: readonly number[] = []
  for (let at = 0; at < claims.length; ) {
    let end = at
    while (end < claims.length && isEntry(claims[end])) end += 1
    const shared = [...new Set([...led, ...(claims[end - 1]?.markers ?? [])])]
    for (const claim of claims.slice(at, end))
      out.push(claim.isClaim && claim.markers.length === 0 ? { ...claim, inherited: shared } : claim)
    const other = claims[end]
    if (other === undefined) break
    out.push(other)
    led = leadIn.test(blankMarkers(other.text).trim()) ? other.markers : []
    at = end + 1
  }
  return out
}

function isEntry(claim: Claim | undefined): boolean {
  return (
    claim?.kind === 'item' ||
    claim?.kind === 'row' ||
    (claim?.kind === 'markup' && /^[\s|:-]+$/.test(claim.text))
  )
}

/** An answer of nothing but markers is one sentence without words. */
function withLoneMarkers(
  sentences: readonly Sentence[],
  markers: readonly MarkerSpan[],
): readonly Sentence[] {
  const first = markers[0]
  const last = markers.at(-1)
  if (sentences.length > 0 || first === undefined || last === undefined) return sentences
  return [{ text: '', start: first.start, end: last.end, kind: 'markup' }]
}

/**
 * The markers of each sentence: those in it and behind it; one that stands first on its line belongs to what follows
 * there. Both are in the text's order, so one pass does.
 */
function ownedBy(
  markers: readonly MarkerSpan[],
  sentences: readonly Sentence[],
  bare: string,
): readonly MarkerSpan[][] {
  const owned: MarkerSpan[][] = sentences.map(() => [])
  let next = 0
  for (const marker of markers) {
    while (next < sentences.length && (sentences[next]?.end ?? 0) <= marker.start) next += 1
    const following = sentences[next]
    const before = sentences[next - 1]
    const isBefore =
      following === undefined || (before !== undefined && !belongsTo(following, before, marker, bare))
    owned[isBefore ? next - 1 : next]?.push(marker)
  }
  return owned
}

function belongsTo(following: Sentence, before: Sentence, marker: MarkerSpan, bare: string): boolean {
  if (following.start <= marker.start) return true
  const startsLine = /\n\s*$/.test(bare.slice(before.end, marker.start))
  return startsLine && !bare.slice(marker.end, following.start).includes('\n')
}

function states(sentence: Sentence, cited: boolean, next: Sentence | undefined): boolean {
  const { text, kind } = sentence
  if (kind === 'heading' || kind === 'code' || kind === 'markup') return false
  if (kind === 'row' && next?.kind === 'markup' && next.text.includes('-')) return false
  if (!/[\p{L}\p{N}]/u.test(text) || question.test(text)) return false
  if (/^\*\*[^*\n]{1,80}\*\*:?$/.test(text)) return false
  if (refusesIn(text)) return false
  if (cited) return true
  return !leadIn.test(text) && !(courtesy.test(text) && text.length <= courtesyIsAll)
}
