import type { Block } from '../parse/parsed-document.ts'
import { legalCut } from './legal-cut.ts'
import type { ChunkLimits } from './limits.ts'
import { limitedSpans, lineSpans, type Span, sentenceSpans } from './text-spans.ts'
import { COST_PER_TOKEN, spanCost } from './token-estimate.ts'

/** What is never divided: a block, or a piece of one that was too long. [start, end) has no blank edges. */
export interface Piece {
  readonly start: number
  readonly end: number
  readonly cost: number
  readonly isHeading: boolean
  readonly page: number | null
  /** Where a chunk that begins with this piece begins: earlier, by a sentence, inside of a divided paragraph. */
  readonly overlapStart: number
}

/** Without blank edges, but with the indentation of a first line that is code, or null where all of it is blank. */
function trim(text: string, [start, end]: Span, keepIndentation: boolean): Span | null {
  const span = text.slice(start, end)
  let first = span.search(/\S/)
  if (first < 0) return null
  if (keepIndentation) first = span.lastIndexOf('\n', first) + 1
  // A combining mark after white space is one grapheme with it.
  else if (first > 0) first = legalCut(span, 0, first)
  return [start + first, start + span.trimEnd().length]
}

/** A row, item or line of code that is too long by itself: between sentences, where it is not code. */
function* lineParts(text: string, block: Block, [start, end]: Span, target: number): Generator<Span> {
  const spans: Iterable<Span> = block.kind === 'code' ? [[start, end]] : sentenceSpans(text, start, end)
  for (const span of spans) {
    if (spanCost(text, ...span) <= target) yield span
    else yield* limitedSpans(text, ...span, target)
  }
}

/** The spans that a block may be divided into: none above the target but rows, items and lines that fit a chunk. */
function* finestSpans(text: string, block: Block, target: number, whole: number): Generator<Span> {
  const isProse = block.kind === 'paragraph' || block.kind === 'heading'
  const spans = isProse ? sentenceSpans : lineSpans
  for (const span of spans(text, block.start, block.end)) {
    const cost = spanCost(text, ...span)
    if (cost <= (isProse ? target : whole)) yield span
    else if (isProse) yield* limitedSpans(text, ...span, target)
    else yield* lineParts(text, block, span, target)
  }
}

/** Neighbouring spans, together up to the target. */
function* packedSpans(
  text: string,
  block: Block,
  target: number,
  whole: number,
): Generator<[Span, lastSpan: Span]> {
  let packed: Span | null = null
  let lastSpan: Span = [0, 0]
  let cost = 0
  for (const span of finestSpans(text, block, target, whole)) {
    const more = spanCost(text, ...span)
    if (packed && cost + more <= target) {
      packed = [packed[0], span[1]]
      cost += more
    } else {
      if (packed) yield [packed, lastSpan]
      packed = span
      cost = more
    }
    lastSpan = span
  }
  if (packed) yield [packed, lastSpan]
}

/** A block as pieces: one where it fits, else several up to the target. Blank blocks have none. */
export function* splitBlock(text: string, block: Block, limits: ChunkLimits): Generator<Piece> {
  const isHeading = block.kind === 'heading'
  const isProse = isHeading || block.kind === 'paragraph'
  const page = block.page ?? null
  const total = spanCost(text, block.start, block.end)
  const whole: Span = [block.start, block.end]
  const most = limits.wholeTokens * COST_PER_TOKEN
  const spans: Iterable<[Span, lastSpan: Span]> =
    total <= most ? [[whole, whole]] : packedSpans(text, block, evenTarget(total, limits), most)

  let sentence: Span | null = null
  for (const [span, lastSpan] of spans) {
    const trimmed = trim(text, span, !isProse)
    if (!trimmed) continue
    const [start, end] = trimmed
    const cost = spanCost(text, start, end)
    const overlapStart: number = sentence && overlaps(text, sentence, cost, limits) ? sentence[0] : start
    yield { start, end, cost, isHeading, page, overlapStart }
    // A piece of one sentence is not repeated whole.
    sentence = isProse && lastSpan[0] > span[0] ? trim(text, lastSpan, false) : null
  }
}

/** Below the target where that makes the pieces more alike: 370 tokens as 200 and 170, not 240 and 130. */
function evenTarget(total: number, { targetTokens }: ChunkLimits): number {
  const target = targetTokens * COST_PER_TOKEN
  const even = total / Math.ceil(total / target)
  return Math.min(target, even * 1.15)
}

function overlaps(text: string, sentence: Span, cost: number, limits: ChunkLimits): boolean {
  const more = spanCost(text, ...sentence)
  return (
    more <= limits.overlapTokens * COST_PER_TOKEN &&
    cost + more + COST_PER_TOKEN <= limits.maxTokens * COST_PER_TOKEN
  )
}
