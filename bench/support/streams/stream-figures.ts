import { quantile } from '../quantile.ts'
import { answerTokens, tokenEnds } from './paced-answer.ts'
import type { SentStream } from './sent-stream.ts'
import type { StreamRecord } from './stream-order.ts'

/**
 * Milliseconds each, named as in vLLM's benchmark of serving: TTFT from the request until the first text, ITL between
 * one text and the next, TPOT the time from the first text to the last over the tokens after the first.
 */
export interface StreamFigures {
  readonly ttft: readonly number[]
  readonly itl: readonly number[]
  readonly tpot: readonly number[]
  /** TTFT without what the upstream took from its request to its first token. */
  readonly addedTtft: readonly number[]
  /** Of that, until the upstream had its request, and from its first token on. */
  readonly beforeAsked: readonly number[]
  readonly firstDelay: readonly number[]
  /** Each ITL without the time between the same tokens at the upstream. */
  readonly addedItl: readonly number[]
  /** From the upstream's write of a token until the client had it. */
  readonly delay: readonly number[]
  readonly resumed: readonly number[]
  readonly tokens: number
  readonly failures: readonly string[]
}

type Growing = {
  readonly [Name in keyof StreamFigures]: StreamFigures[Name] extends readonly number[] ? number[] : never
}

/** @param tokens how many each stream asked for */
export function figuresOf(
  records: readonly StreamRecord[],
  sent: ReadonlyMap<number, SentStream>,
  tokens: number,
): StreamFigures {
  const ends = tokenEnds(answerTokens(tokens))
  const figures = {
    ...{ ttft: [], itl: [], tpot: [], addedTtft: [], beforeAsked: [], firstDelay: [] },
    ...{ addedItl: [], delay: [], resumed: [] },
  } as unknown as Growing
  let delivered = 0
  for (const record of records) {
    const upstream = sent.get(record.stream)
    if (upstream && record.times.length > 0) delivered += add(figures, record, upstream, ends)
  }
  const failures = records.flatMap(({ failure }) => failure ?? [])
  return { ...figures, tokens: delivered, failures }
}

/** @returns the tokens that came */
function add(figures: Growing, record: StreamRecord, upstream: SentStream, ends: readonly number[]): number {
  const { sent, times, lengths, resumedMs } = record
  const [first = Number.NaN] = times
  const own = (upstream.times[0] ?? Number.NaN) - upstream.received
  figures.ttft.push(first - sent)
  figures.addedTtft.push(first - sent - own)
  figures.beforeAsked.push(upstream.received - sent)
  figures.firstDelay.push(first - (upstream.times[0] ?? Number.NaN))
  if (!Number.isNaN(resumedMs)) figures.resumed.push(resumedMs)
  let came = 0
  let before = { at: Number.NaN, sent: Number.NaN }
  for (const [index, at] of times.entries()) {
    const length = lengths[index] ?? 0
    while ((ends[came] ?? Number.POSITIVE_INFINITY) <= length) {
      figures.delay.push(at - (upstream.times[came] ?? Number.NaN))
      came += 1
    }
    const last = { at, sent: upstream.times[came - 1] ?? Number.NaN }
    if (index > 0) {
      figures.itl.push(at - before.at)
      figures.addedItl.push(at - before.at - (last.sent - before.sent))
    }
    before = last
  }
  if (came > 1) figures.tpot.push((before.at - first) / (came - 1))
  return came
}

/** Quantiles as text, such as "1.2, 3.4". */
export function quantilesOf(values: readonly number[], ...parts: readonly number[]): string {
  if (values.length === 0) return '—'
  return parts.map((part) => quantile(values, part).toFixed(1)).join(', ')
}
