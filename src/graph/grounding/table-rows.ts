import { plainText } from './plain.ts'
import type { Sentence } from './sentences.ts'

const cellEnd = /(?<!\\)\|/
const rule = /-{2,}/

/** A sentence as it is read; undefined for what is no text of its own: markup, and the head of a table. */
export type Readable = Sentence & { readonly plain: string }

/**
 * Sentences as they are read. A row of a table says what its cells are, by the head of the table: "Plan: Team; Price: $18".
 */
export function readable(sentences: readonly Sentence[]): Readable[] {
  const read: Readable[] = []
  let head: readonly string[] = []
  for (const [i, sentence] of sentences.entries()) {
    const next = sentences[i + 1]
    if (sentence.kind === 'markup') continue
    if (sentence.kind !== 'row') head = []
    else if (next?.kind === 'markup' && rule.test(next.text)) {
      head = cellsOf(sentence.text)
      continue
    }
    read.push({
      ...sentence,
      plain: sentence.kind === 'row' ? row(sentence.text, head) : plainText(sentence.text),
    })
  }
  return read
}

function row(text: string, head: readonly string[]): string {
  const cells = cellsOf(text)
  const said = cells.map((cell, i) => (head[i] && cell ? `${head[i]}: ${cell}` : cell)).filter(Boolean)
  return said.join(head.length > 0 ? '; ' : ' | ')
}

function cellsOf(text: string): string[] {
  const inner = text
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(cellEnd).map((cell) => plainText(cell))
}
