import { expect, test } from 'vitest'
import { FailureCode } from '../../failure.ts'
import { docx, paragraph, table } from './docx.fixture.ts'
import { MediaType } from './media-type.ts'
import { parseBytes } from './parse.fixture.ts'

const parse = (bytes: Uint8Array) => parseBytes(bytes, MediaType.Docx)

test('a Word document has a title, headings, paragraphs and tables', async () => {
  const body =
    paragraph('The Handbook', 'Title') +
    paragraph('Leave', 'Heading1') +
    paragraph('You have 30 days & more.') +
    paragraph('Sick  leave', 'Heading2') +
    table([
      ['Days', 'Note'],
      ['1–3', 'none <needed>'],
    ])
  const parsed = await parse(docx(body))
  expect(parsed.title).toBe('The Handbook')
  expect(parsed.text).toBe(
    'The Handbook\n\nLeave\n\nYou have 30 days & more.\n\nSick leave\n\nDays | Note\n1–3 | none <needed>',
  )
  expect(parsed.blocks.map(({ kind, level }) => (level ? `${kind} ${level}` : kind))).toEqual([
    'heading 1',
    'heading 1',
    'paragraph',
    'heading 2',
    'table',
  ])
})

test('deleted text is left out, inserted text is not', async () => {
  const body =
    '<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>'
  expect((await parse(docx(body))).text).toBe('new')
})

test.each([
  [
    'an encrypted container',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
    FailureCode.Encrypted,
  ],
  [
    'Word before 2007',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('WordDocument', 'utf16le')]),
    FailureCode.Unreadable,
  ],
  ['half an archive', docx(paragraph('x')).subarray(0, 1_000), FailureCode.Unreadable],
  ['no archive', Buffer.from('text'), FailureCode.Unreadable],
  ['broken XML', docx('<w:p><w:r>'), FailureCode.Unreadable],
  ['nothing to read', docx(paragraph(' ')), FailureCode.Empty],
])('%s fails with its code', async (_, bytes, code) => {
  await expect(parse(bytes)).rejects.toMatchObject({ failure: { code, retryable: false } })
})

test('tables in tables in tables fail, and do no harm', async () => {
  const deep = '<w:tbl><w:tr><w:tc>'.repeat(20_000) + paragraph('x') + '</w:tc></w:tr></w:tbl>'.repeat(20_000)
  await expect(parse(docx(deep))).rejects.toMatchObject({ failure: { code: FailureCode.Unreadable } })
})

test('a large one is read in slices, and nothing is lost between them', async () => {
  const body = (index: number) =>
    paragraph(`Chapter ${index}`, 'Heading1') + paragraph(`Words of ${index}. ${'x'.repeat(1_000)}`)
  const bodies = Array.from({ length: 6_000 }, (_, index) => body(index))
  const { text, title, blocks } = await parse(docx(bodies.join('')))
  const lines = bodies.flatMap((_, index) => [`Chapter ${index}`, `Words of ${index}. ${'x'.repeat(1_000)}`])
  expect(text).toBe(lines.join('\n\n'))
  expect(title).toBe('Chapter 0')
  expect(blocks).toHaveLength(12_000)
})

test('a part that says it has gigabytes is too large', async () => {
  const bytes = Buffer.from(docx(paragraph('x')))
  const name = bytes.lastIndexOf('word/document.xml')
  bytes.writeUInt32LE(0xf0000000, name - 22)
  await expect(parse(bytes)).rejects.toMatchObject({ failure: { code: FailureCode.TooLarge } })
})
