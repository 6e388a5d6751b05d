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
  /** Whether it states something that a passage must support. */
  readonly isClaim: boolean
  /** Code, or an entry of a list of sources: what it says must stand in a passage, cited or not. */
  readonly mustRepeat: boolean
}

const courtesy =
  /^(?:hello|hi|hey|sure|certainly|of course|absolutely|great question|good question|thanks?|thank you|you['’]?re welcome|i hope|let me know|feel free|please (?:let|feel|note that i)|if you (?:have|need) (?:any )?(?:more|further|other)|here(?:['’]s| is| are)\b[^.]*[:.]$|hallo|gerne|bonjour|hola|здравствуйте|привет|конечно|你好|您好|当然|こんにちは|สวัสดี)(?![\p{L}])/iu
const courtesyIsAll = 80
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
  const owners = markers.map((marker) => ownerOf(marker, sentences, bare))
  let inSources = false
  return withLoneMarkers(sentences, markers).map((sentence, i) => {
    const spans = sentences.length === 0 ? markers : markers.filter((_, m) => owners[m] === i)
    const start = Math.min(sentence.start, ...spans.map((span) => span.start))
    const end = Math.max(sentence.end, ...spans.map((span) => span.end))
    const plain = sentence.text.trim()
    const isListed = inSources
    // A list of sources at the end repeats titles; it states nothing.
    if (sourcesHeading.test(plain)) inSources = true
    const isClaim = !inSources && states({ ...sentence, text: plain }, spans.length > 0, sentences[i + 1])
    return {
      text: answer.slice(start, end),
      start,
      end,
      markers: [...new Set(spans.flatMap((s) => s.markers))],
      spans,
      isClaim,
      mustRepeat: (isListed || sentence.kind === 'code') && /[\p{L}\p{N}]/u.test(plain),
    }
  })
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

/** The sentence around the marker, or before it; one that stands first on its line belongs to what follows there. */
function ownerOf(marker: MarkerSpan, sentences: readonly Sentence[], bare: string): number {
  const next = sentences.findIndex((sentence) => sentence.end > marker.start)
  if (next < 0) return sentences.length - 1
  const following = sentences[next]
  if (next === 0 || following === undefined || following.start <= marker.start) return next
  const startsLine = /\n\s*$/.test(bare.slice(sentences[next - 1]?.end ?? 0, marker.start))
  const sameLine = !bare.slice(marker.end, following.start).includes('\n')
  return startsLine && sameLine ? next : next - 1
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
