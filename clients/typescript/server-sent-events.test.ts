import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseServerSentEvents } from './server-sent-events.ts'

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  let from = 0
  for (const size of sizes) {
    yield bytes.subarray(from, from + size)
    from += size
  }
  yield bytes.subarray(from)
}

const parse = (text: string, sizes: readonly number[] = []) =>
  Array.fromAsync(parseServerSentEvents(inPieces(text, sizes)))

test('comments are skipped, data lines joined, one leading space dropped', async () => {
  expect(await parse(':ping\n\nevent: next\ndata: one\ndata:  two\n\nevent:complete\ndata:\n\n')).toEqual([
    { event: 'next', data: 'one\n two' },
    { event: 'complete', data: '' },
  ])
})

test('an event without its blank line never happened', async () => {
  expect(await parse('data: whole\n\nevent: next\ndata: {"half":')).toEqual([
    { event: 'message', data: 'whole' },
  ])
})

test('the way the bytes are split changes nothing, whichever line ends are used', async () => {
  const pieces = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('\n', '\r\n', '\r'), pieces, async (end, sizes) => {
      const text = ['event: next', 'data: 接続🪵', ':', '', 'data: é', 'data', '', ''].join(end)
      // A CR that ends the text could be half of a CRLF, so that event waits for what follows.
      const events = await parse(`${text}:end\n`, sizes)
      expect(events).toEqual([
        { event: 'next', data: '接続🪵' },
        { event: 'message', data: 'é\n' },
      ])
    }),
  )
})
