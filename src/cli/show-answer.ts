import type { RunPartsFragment } from '../../clients/typescript/generated/graphql.ts'
import { locationOf, placeOf } from './show-hits.ts'
import type { Terminal } from './terminal.ts'
import { oneLine, shortened } from './visible-text.ts'
import { WordWrap } from './word-wrap.ts'

type Answer = NonNullable<RunPartsFragment['answer']>
type Citation = Answer['citations'][number]

/** Longest part of a quote that is shown; the offsets lead to all of it. */
const quoteColumns = 240

/** `[1] title — "quote" (file, start–end)` for each citation. */
export function showCitations(out: Terminal, citations: readonly Citation[], indent = ''): void {
  for (const citation of citations) {
    const wrap = new WordWrap(out.columns, indent)
    out.line(wrap.push(describe(citation)) + wrap.end())
  }
}

function describe({ marker, chunk, quote, start, end, verified }: Citation): string {
  if (!chunk) return `[${marker}] its document was deleted`
  const said = quote === null ? '' : ` — “${shortened(oneLine(quote), quoteColumns)}”`
  const location = locationOf(chunk, start ?? chunk.start, end ?? chunk.end)
  return `[${marker}] ${placeOf(chunk)}${said} (${location})${verified ? '' : ' — not verified'}`
}

/** Whether the answer stands on the documents, and who wrote it. */
export function verdict(out: Terminal, answer: Answer): string {
  const ground = answer.grounded
    ? out.style('green', '✓ grounded')
    : out.style('yellow', '! not fully grounded')
  const notes: Partial<Record<Answer['finishReason'], string>> = {
    LENGTH: 'cut at the token limit',
    NO_EVIDENCE: 'no passage supports an answer',
    CANCELLED: 'cancelled',
  }
  const tokens = answer.usage && `${answer.usage.promptTokens} + ${answer.usage.completionTokens} tokens`
  const parts = [notes[answer.finishReason] ?? ground, oneLine(answer.model), tokens]
  return parts.filter(Boolean).join(' · ')
}
