import { expect, test } from 'vitest'
import { parseBytes } from './parse/parse.fixture.ts'
import { withCharset } from './with-charset.ts'

const shiftJis = Buffer.from([0x93, 0xfa, 0x96, 0x7b]) // 日本

test('a page is read in the encoding that its server says, whatever it says itself', async () => {
  const page = Buffer.concat([Buffer.from('<meta charset="iso-8859-1"><p>'), shiftJis])
  const bytes = withCharset(page, 'text/html', 'shift_jis')
  expect((await parseBytes(bytes, 'text/html')).text).toContain('日本')
})

test('a text too', async () => {
  const bytes = withCharset(shiftJis, 'text/plain', 'Shift_JIS')
  expect((await parseBytes(bytes, 'text/plain')).text).toBe('日本')
})

test.each([
  ['a PDF', 'application/pdf', 'shift_jis'],
  ['an unknown encoding', 'text/plain', 'klingon'],
  ['UTF-8', 'text/plain', 'UTF8'],
  ['none said', 'text/plain', null],
])('%s stays as it is', (_what, type, charset) => {
  expect(withCharset(shiftJis, type, charset)).toBe(shiftJis)
})
