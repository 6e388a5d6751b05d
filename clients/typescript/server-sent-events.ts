export interface ServerSentEvent {
  readonly event: string
  readonly data: string
}

/**
 * Parses `text/event-stream`. An event counts once its blank line has come, so one that a lost connection
 * cut in the middle is dropped whole. `id` and `retry` are not used by GraphQL over SSE.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* parseServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let event = ''
  let data: string[] = []
  for await (const line of lines(chunks)) {
    if (line === '') {
      if (event !== '' || data.length > 0) yield { event: event || 'message', data: data.join('\n') }
      event = ''
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    // A line that starts with a colon is a comment: the server's ping.
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
}

/** Whole lines, whichever way they end (LF, CRLF, CR); what follows the last line end is dropped. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // Streaming: a character that two chunks share is kept until it is whole.
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true })
    let from = 0
    for (const end of text.matchAll(/\r\n|\n|\r/g)) {
      // A CR at the very end may be the first half of a CRLF.
      if (end[0] === '\r' && end.index === text.length - 1) break
      yield text.slice(from, end.index)
      from = end.index + end[0].length
    }
    rest = text.slice(from)
  }
}
