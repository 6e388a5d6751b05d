import { createReadStream } from 'node:fs'

/**
 * The lines of a UTF-8 file, as they are read. Ends at LF or CRLF and nowhere else: JSON may have U+2028 and U+2029 as they are in
 * its strings, and readline would cut there. Without a byte order mark.
 */
export async function* readLines(file: string): AsyncGenerator<{ number: number; text: string }> {
  // What belongs to the line that is not over yet: joined once, however many pieces it comes in.
  let begun: string[] = []
  let number = 0
  const line = (end: string) => {
    begun.push(end)
    const text = begun.length === 1 ? end : begun.join('')
    begun = []
    number += 1
    const unmarked = number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text
    return { number, text: unmarked.endsWith('\r') ? unmarked.slice(0, -1) : unmarked }
  }
  for await (const piece of createReadStream(file, { encoding: 'utf8' }) as AsyncIterable<string>) {
    let from = 0
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', from)) {
      yield line(piece.slice(from, at))
      from = at + 1
    }
    if (from < piece.length) begun.push(piece.slice(from))
  }
  if (begun.length > 0) yield line('')
}
