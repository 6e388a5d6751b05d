import { isUtf8 } from 'node:buffer'
import { decodeEscaped } from './escaped-bytes.ts'

/** One event of a stream of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerEvent {
  /** Of its `event:` line; `message` without one. */
  readonly name: string
  /** Bytes that are no UTF-8 are escaped (escaped-bytes.ts). */
  readonly data: string
}

export interface EventReader {
  /** The events that these bytes complete. @throws RangeError where an event is longer than the limit. */
  push(bytes: Buffer): ServerEvent[]
  /** What the end of the stream leaves: an event that lacks its blank line, or a part of one. */
  end(): ServerEvent | null
}

const lineFeed = 10
const carriageReturn = 13
const byteOrderMark = Buffer.from('\uFEFF')

/**
 * Reads events from bytes, wherever the network cut them; lines end with LF, CRLF or CR. Linear in what comes, and an
 * event that never ends fills no memory.
 */
export function createEventReader(maxEventBytes: number): EventReader {
  /** Of the line that is not complete. */
  let begun: Buffer[] = []
  let size = 0
  let name = ''
  let data: string[] = []
  let first = true
  let skipLineFeed = false

  const grow = (bytes: number) => {
    size += bytes
    if (size > maxEventBytes) throw new RangeError('an event is too long')
  }
  const takeEvent = (): ServerEvent | null => {
    const event = data.length === 0 ? null : { name: name || 'message', data: data.join('\n') }
    name = ''
    data = []
    size = 0
    return event
  }
  const readLine = (line: Buffer) => {
    const colon = line.indexOf(':')
    // A comment, which servers send to keep the connection alive.
    if (colon === 0) return
    const field = (colon < 0 ? line : line.subarray(0, colon)).toString('latin1')
    if (field !== 'data' && field !== 'event') return
    const from = colon < 0 ? line.length : line[colon + 1] === 32 ? colon + 2 : colon + 1
    const value = decode(line.subarray(from))
    if (field === 'data') data.push(value)
    else name = value
  }
  const completeLine = (tail: Buffer): Buffer => {
    let line = begun.length === 0 ? tail : Buffer.concat([...begun, tail])
    begun = []
    if (first && line.subarray(0, 3).equals(byteOrderMark)) line = line.subarray(3)
    first = false
    return line
  }

  return {
    push(bytes) {
      const events: ServerEvent[] = []
      let at = skipLineFeed && bytes[0] === lineFeed ? 1 : 0
      if (bytes.length > 0) skipLineFeed = false
      let feed = bytes.indexOf(lineFeed, at)
      let back = bytes.indexOf(carriageReturn, at)
      while (feed >= 0 || back >= 0) {
        const returns = back >= 0 && (feed < 0 || back < feed)
        const end = returns ? back : feed
        const line = completeLine(bytes.subarray(at, end))
        grow(end - at)
        if (line.length > 0) readLine(line)
        else {
          const event = takeEvent()
          if (event) events.push(event)
        }
        at = end + 1
        if (returns && bytes[at] === lineFeed) at += 1
        else if (returns && at === bytes.length) skipLineFeed = true
        if (feed >= 0 && feed < at) feed = bytes.indexOf(lineFeed, at)
        if (returns) back = bytes.indexOf(carriageReturn, at)
      }
      if (at < bytes.length) {
        grow(bytes.length - at)
        begun.push(bytes.subarray(at))
      }
      return events
    },
    end() {
      const line = completeLine(Buffer.alloc(0))
      if (line.length > 0) readLine(line)
      return takeEvent()
    },
  }
}

function decode(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeEscaped(bytes)
}
