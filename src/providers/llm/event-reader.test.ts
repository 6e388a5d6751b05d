import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createEventReader } from './event-reader.ts'

/** The events of the bytes when they come in pieces that end at `cuts`. */
function read(bytes: Buffer, cuts: readonly number[] = [], limit = 1_000) {
  const reader = createEventReader(limit)
  const ends = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  const events = ends.flatMap((end, i) => reader.push(bytes.subarray(ends[i - 1] ?? 0, end)))
  const last = reader.end()
  return last ? [...events, last] : events
}
const message = (data: string) => ({ name: 'message', data })

it.each([
  ['LF', 'data: a\n\ndata: b\n\n', [message('a'), message('b')]],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', [message('a'), message('b')]],
  ['CR', 'data: a\r\rdata: b\r\r', [message('a'), message('b')]],
  ['all three', 'data: a\r\n\ndata: b\r\r\ndata: c\n\r\n', [message('a'), message('b'), message('c')]],
  ['no blank behind the colon', 'data:a\n\ndata:  b\n\n', [message('a'), message(' b')]],
  ['comments', ': hello\n\n:\ndata: a\n: more\n\n', [message('a')]],
  ['a name', 'event: error\ndata: a\n\ndata: b\n\n', [{ name: 'error', data: 'a' }, message('b')]],
  ['several lines', 'data: a\ndata: b\n\n', [message('a\nb')]],
  ['a line without colon', 'data\n\n', [message('')]],
  ['fields of no use', 'id: 1\nretry: 5\nwhat: ever\ndata: a\n\n', [message('a')]],
  ['no data', 'event: ping\n\n\n\n', []],
  ['a byte order mark', '\uFEFFdata: a\n\n', [message('a')]],
  ['no end', 'data: a\n\ndata: [DONE]', [message('a'), message('[DONE]')]],
  ['characters of several bytes', 'data: ä€😊\r\n\r\n', [message('ä€😊')]],
])('reads %s, wherever the network cuts', (_, text, events) => {
  const bytes = Buffer.from(text)
  expect(read(bytes)).toEqual(events)
  expect(read(bytes, Array.from(bytes.keys()))).toEqual(events)
  fc.assert(fc.property(fc.array(fc.nat()), (cuts) => void expect(read(bytes, cuts)).toEqual(events)))
})

it('keeps bytes that are no UTF-8 apart from those that are', () => {
  const bytes = Buffer.concat([Buffer.from('data: ä'), Buffer.from([0xf0, 0x9f]), Buffer.from('\n\n')])
  expect(read(bytes)).toEqual([message('ä\udcf0\udc9f')])
})

it('does not gather an event without end, nor a line', () => {
  const reader = createEventReader(1_000)
  const line = Buffer.from(`data: ${'a'.repeat(90)}\n`)
  expect(() => {
    for (let i = 0; i < 12; i += 1) reader.push(line)
  }).toThrow(RangeError)
  expect(() => createEventReader(1_000).push(Buffer.alloc(1_001, 'a'))).toThrow(RangeError)
  // The limit is of one event, not of the stream.
  const many = createEventReader(1_000)
  for (let i = 0; i < 100; i += 1) expect(many.push(Buffer.from('data: a\n\n'))).toHaveLength(1)
})
