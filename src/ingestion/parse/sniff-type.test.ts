import { expect, test } from 'vitest'
import { mimeTypeOf } from './sniff-type.ts'

test.each([
  [
    'a declared text type',
    { mimeType: 'Text/Plain; Charset=UTF-8', name: 'a.md', content: '# x' },
    'text/plain',
  ],
  ['the extension', { name: 'Guide.MD', content: 'plain' }, 'text/markdown'],
  ['the extension of a path', { name: 'https://x.org/a/b.txt?v=1#top', content: '# x' }, 'text/plain'],
  [
    'the extension before octets',
    { mimeType: 'application/octet-stream', name: 'a.md', content: '' },
    'text/markdown',
  ],
  ['what is declared otherwise', { mimeType: 'application/pdf', content: 'text' }, 'application/pdf'],
  ['a heading', { content: 'intro\n\n## Title\n' }, 'text/markdown'],
  ['a fence', { name: 'README', content: '```sh\nls\n```' }, 'text/markdown'],
  ['a link', { mimeType: null, content: 'see [this](https://x.org)' }, 'text/markdown'],
  ['a table', { content: 'a | b\n--- | ---\n1 | 2' }, 'text/markdown'],
  ['bytes of Markdown', { content: new TextEncoder().encode('# Überschrift') }, 'text/markdown'],
  ['a binary signature', { content: Uint8Array.of(0x25, 0x50, 0x44, 0x46, 0x2d, 0x31) }, 'application/pdf'],
  ['a signature with high bytes', { content: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) }, 'image/png'],
  ['nothing at all', { content: 'Call me #1 * [sic] (really).' }, 'text/plain'],
])('%s decides', (_, source, type) => {
  expect(mimeTypeOf(source)).toBe(type)
})
