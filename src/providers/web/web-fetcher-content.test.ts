import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openFetcher } from '../../../test/testkit/web/open-fetcher.ts'
import { startSite } from '../../../test/testkit/web/site.ts'

const host = 'files.example.org'
const names = { [host]: [['127.0.0.1']] }

async function fetchWith(headers: Record<string, string>, body: string | Buffer, path = '/') {
  await using site = await startSite((_, response) => response.writeHead(200, headers).end(body))
  await using web = openFetcher([site], { names })
  const source = await web.fetch(site.at(host) + path)
  if (source.kind !== 'content') throw new Error('no content')
  return source
}

describe('content', () => {
  it('comes with its type, charset, validators and address', async () => {
    const source = await fetchWith(
      {
        'content-type': 'Text/HTML; Charset="ISO-8859-1"',
        etag: 'W/"abc"',
        'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      },
      'words',
      '/a#b',
    )
    expect(source).toMatchObject({
      bytes: Buffer.from('words'),
      mimeType: 'text/html',
      charset: 'iso-8859-1',
      etag: 'W/"abc"',
      lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT',
      url: expect.stringMatching(/\/a$/),
    })
  })

  it('may say nothing of itself, or nonsense', async () => {
    expect(await fetchWith({}, '')).toMatchObject({
      bytes: Buffer.alloc(0),
      mimeType: null,
      charset: null,
      name: null,
      etag: null,
      lastModified: null,
    })
    const nonsense = { 'content-type': 'text; charset=<>', etag: 'abc', 'last-modified': 'yesterday' }
    expect(await fetchWith(nonsense, 'x')).toMatchObject({
      mimeType: null,
      charset: null,
      etag: null,
      lastModified: null,
    })
  })

  const text = 'compressed '.repeat(1_000)
  it.each([
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ])('is decoded from %s', async (encoding, body) => {
    const source = await fetchWith({ 'content-encoding': encoding }, body)
    expect(source.bytes.toString()).toBe(text)
  })

  it('of no bytes is empty in any encoding', async () => {
    expect((await fetchWith({ 'content-encoding': 'gzip' }, '')).bytes).toHaveLength(0)
  })

  it('larger than the blocks that it is collected in is whole', async () => {
    const bytes = Buffer.alloc(9_000_001)
    for (let at = 0; at < bytes.length; at += 4_099) bytes[at] = at % 251
    const source = await fetchWith({ 'content-encoding': 'gzip' }, gzipSync(bytes, { level: 1 }))
    expect(source.bytes.equals(bytes)).toBe(true)
  })
})

describe('the name', () => {
  it.each([
    ['of the path', {}, '/files/a%20report.pdf?x=/y.txt', 'a report.pdf'],
    ['of the path, badly encoded', {}, '/100%.pdf', '100%.pdf'],
    ['of a folder', {}, '/files/', null],
    ['given', { 'content-disposition': 'attachment; filename=given.pdf' }, '/x', 'given.pdf'],
    ['given in quotes', { 'content-disposition': 'inline; filename="a;\\"b\\".pdf"' }, '/x', 'a;"b".pdf'],
    [
      'given in UTF-8',
      { 'content-disposition': `attachment; filename="x.pdf"; filename*=UTF-8''na%C3%AFve%20%e2%82%ac.pdf` },
      '/x',
      'naïve €.pdf',
    ],
    [
      'given in raw UTF-8',
      { 'content-disposition': Buffer.from('inline; filename="日本.pdf"').toString('latin1') },
      '/x',
      '日本.pdf',
    ],
    ['with folders', { 'content-disposition': 'inline; filename="../../etc\\\\passwd"' }, '/x', 'passwd'],
    ['of nothing but dots', { 'content-disposition': 'inline; filename=".."' }, '/x.txt', 'x.txt'],
    ['with an open quote', { 'content-disposition': 'inline; filename="x' }, '/y', 'x'],
    ['with NUL', {}, '/a%00b%0Ac.txt', 'abc.txt'],
    ['that is too long', {}, `/${'n'.repeat(1_000)}`, 'n'.repeat(255)],
  ])('%s', async (_, headers, path, expected) => {
    expect((await fetchWith(headers, 'x', path)).name).toBe(expected)
  })
})
