import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { docx, paragraph } from './docx.fixture.ts'
import { MediaType } from './media-type.ts'
import { recogniseType, typeOfGivenText } from './sniff-type.ts'
import { zip } from './zip.fixture.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const ole = (stream: string) =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(stream, 'utf16le')])
const contentTypes = (type: string) =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x.xml" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`
const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000000', 'hex')

describe('the content decides', () => {
  test.each([
    ['PDF', encode('%PDF-1.7\n1 0 obj'), MediaType.Pdf],
    ['PDF behind other bytes', latin1('\x80\x81junk\n%PDF-1.4\n\0'), MediaType.Pdf],
    ['DOCX', docx(paragraph('Hello')), MediaType.Docx],
    ['DOCX without its end', docx(paragraph('Hello')).subarray(0, 900), MediaType.Docx],
    [
      'XLSX',
      zip({ '[Content_Types].xml': contentTypes('spreadsheetml.sheet'), 'xl/workbook.xml': '' }),
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    ['other archives', zip({ 'a.txt': 'word/document.xml' }), 'application/zip'],
    ['gzip', gzipSync('text'), 'application/gzip'],
    ['an image', png, 'image/png'],
    ['RTF', encode('{\\rtf1\\ansi Hello}'), 'application/rtf'],
    ['Word before 2007', ole('WordDocument'), 'application/msword'],
    ['an encrypted document', ole('EncryptedPackage'), MediaType.Docx],
    ['a page', encode('\ufeff <!-- saved -->\n<!DOCTYPE html><title>x</title>'), MediaType.Html],
    ['a page in XML', encode('<?xml version="1.0"?>\n<html xmlns="x">'), MediaType.Html],
    ['a page in Shift JIS', latin1('<html><meta charset=shift_jis><p>\x83e\x83X\x83g\x81'), MediaType.Html],
    ['JSON', encode(' {"a": [1, 2.50]}'), MediaType.Json],
    ['JSON beyond the sample', encode(`[{"a": "${'x'.repeat(10_000)}"}]`), MediaType.Json],
    ['JSON Lines', encode('{"a": 1}\n{"a": 2}\n'), MediaType.JsonLines],
    ['JSON Lines beyond the sample', encode('{"a": 1}\n'.repeat(2_000)), MediaType.JsonLines],
    ['CSV', encode('name,city,year\nAda,London,1815\n"Lovelace, A",x,2\n'), MediaType.Csv],
    ['a table with semicolons', encode('name;city;year\nAda;London;1815\nBob;Rome;7\n'), MediaType.Csv],
    ['a table with tabs', encode('id\tword\n1\tone\n2\ttwo\n'), MediaType.Tsv],
    ['prose with commas', encode('So, well, then.\nYes, no, yes.\nA, b, c.\n'), MediaType.Plain],
    ['Markdown', encode('# Überschrift'), MediaType.Markdown],
    ['a fragment of HTML', encode('<div class="a"><p>Hello</p></div>'), MediaType.Html],
    ['Markdown that begins with a tag', encode('<h1 align="center">x</h1>\n\n## Use\n'), MediaType.Markdown],
    ['UTF-16', Buffer.from('\ufeffHello', 'utf16le'), MediaType.Plain],
    ['text cut inside of a character', encode(`${'x'.repeat(8_191)}é`), MediaType.Plain],
    ['windows-1252', latin1('caf\xe9 au lait'), MediaType.Plain],
    ['a note in brackets', encode('[1] A note, and [2] another.'), MediaType.Plain],
    ['nothing known', Buffer.from([0, 1, 2, 3, 0xfe, 0xff, 0]), 'application/octet-stream'],
    ['nothing at all', new Uint8Array(), MediaType.Plain],
  ])('%s', async (_, bytes, type) => {
    expect(await recogniseType({ bytes })).toBe(type)
    expect(await recogniseType({ bytes, mimeType: 'application/octet-stream', name: 'file' })).toBe(type)
  })

  test.each([
    ['text/plain', 'a.txt', encode('%PDF-1.7\n'), MediaType.Pdf],
    ['application/pdf', 'a.pdf', encode('Just text.'), MediaType.Plain],
    ['application/pdf', 'a.pdf', encode('# Title\n'), MediaType.Markdown],
    ['text/plain', 'a.txt', encode('<!doctype html><p>x'), MediaType.Html],
    ['image/png', 'a.png', docx(paragraph('Hello')), MediaType.Docx],
    ['text/markdown', 'a.md', png, 'image/png'],
    [null, 'a.txt', encode('{"a": 1}'), MediaType.Json],
  ])('over %s and %s', async (mimeType, name, bytes, type) => {
    expect(await recogniseType({ bytes, mimeType, name })).toBe(type)
  })
})

describe('what the content leaves open', () => {
  test.each([
    ['text/markdown', null, 'plain', MediaType.Markdown],
    ['text/plain', 'a.md', '# x', MediaType.Plain],
    ['text/markdown', 'a.html', '<!doctype html>', MediaType.Markdown],
    ['text/x-python', 'a.py', '# a comment', 'text/x-python'],
    ['application/octet-stream', 'a.md', 'plain', MediaType.Markdown],
    ['application/vnd.ms-excel', 'a.csv', 'a,b\n1,2', MediaType.Csv],
    [null, 'a.csv', 'one column\nrow', MediaType.Csv],
    [null, 'Guide.MD', 'plain', MediaType.Markdown],
    [null, 'https://x.org/a/b.txt?v=1#top', '# x', MediaType.Plain],
    [null, 'a.jsonl', '{"a": 1}', MediaType.JsonLines],
    ['application/ld+json', null, '{ broken', MediaType.Json],
    ['application/json', 'a.json', 'no JSON at all', MediaType.Plain],
    ['application/x-thing', 'a.md', 'plain', MediaType.Markdown],
    [null, 'README', '```sh\nls\n```', MediaType.Markdown],
    [null, null, 'see [this](https://x.org)', MediaType.Markdown],
    [null, null, 'a | b\n--- | ---\n1 | 2', MediaType.Markdown],
    [null, null, 'Call me #1 * [sic] (really).', MediaType.Plain],
  ])('is told by %s and %s: %j', async (mimeType, name, text, type) => {
    expect(await recogniseType({ bytes: encode(text), mimeType, name })).toBe(type)
    expect(typeOfGivenText(text, name, mimeType)).toBe(type)
  })

  test('is text where it is broken: its parser says so', async () => {
    const bytes = latin1('\xe9\xe8\xea\xeb')
    expect(await recogniseType({ bytes, mimeType: 'text/markdown' })).toBe(MediaType.Markdown)
    expect(await recogniseType({ bytes, name: 'a.txt' })).toBe(MediaType.Plain)
  })

  test('of an encrypted container, whether it is a document', async () => {
    const bytes = ole('EncryptedPackage')
    expect(await recogniseType({ bytes, name: 'Budget.XLSX' })).toBe('application/vnd.ms-excel')
    expect(await recogniseType({ bytes, name: 'a.docx' })).toBe(MediaType.Docx)
  })
})

test('text that is given keeps its declared type, whatever it looks like', () => {
  expect(typeOfGivenText('<!doctype html><p>x', 'a.html', 'Text/Plain; Charset=UTF-8')).toBe('text/plain')
  expect(typeOfGivenText('<!doctype html><p>x', null, null)).toBe(MediaType.Html)
})

test('text that is given under the name of another format is refused', () => {
  expect(() => typeOfGivenText('%PDF-1.7', null, 'application/pdf')).toThrow(/application\/pdf/)
})
