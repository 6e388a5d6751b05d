import type { PassageFragment, RetrievalPartsFragment } from '../../clients/typescript/generated/graphql.ts'
import type { Terminal } from './terminal.ts'
import { oneLine, shortened } from './visible-text.ts'

/** Document and headings of a passage; a title that is the first heading, too, is shown once. */
export function placeOf({ document, headings }: PassageFragment): string {
  const path = headings[0] === document.title ? headings : [document.title, ...headings]
  return path.map(oneLine).join(' › ')
}

/** Where to look it up: the file and offsets in its text. */
export function locationOf(passage: PassageFragment, start: number, end: number): string {
  const { externalId, title } = passage.document
  return `${oneLine(externalId ?? title)}, ${start}–${end}`
}

/** A table of three lines a hit: rank, score and place; how the passage begins; where it is. */
export function showHits(out: Terminal, hits: RetrievalPartsFragment['hits'], indent = ''): void {
  const pad = `${indent}${' '.repeat(11)}`
  for (const { rank, score, chunk } of hits) {
    const place = shortened(placeOf(chunk), out.columns - pad.length)
    const number = String(rank).padStart(3)
    out.line(`${indent}${number}  ${out.style('cyan', score.toFixed(2))}  ${out.style('bold', place)}`)
    out.line(pad + shortened(oneLine(chunk.text), out.columns - pad.length))
    out.line(pad + out.style('dim', locationOf(chunk, chunk.start, chunk.end)))
  }
}
