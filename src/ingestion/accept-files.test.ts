import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { uploadedFile } from '../../test/testkit/uploaded-file.ts'
import { holdingFile } from './file-memory.ts'
import type { DocumentDraft } from './ingestion.ts'
import type { UploadedFile } from './uploaded-file.ts'

/** One pixel, as PNG. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe.each(kinds)('accepting files on %s', () => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterEach(() => world.work())
  afterAll(() => world?.[Symbol.asyncDispose]())

  const accept = async (collection: string, ...drafts: [UploadedFile, Partial<DocumentDraft>?][]) => {
    const documents = drafts.map(([file, over]) => draft({ source: { file }, ...over }))
    return (await world.ingestions.accept(world.caller, collection, documents)).results
  }

  test('knows a file by its id, or without one by its content, as it does texts', async () => {
    const one = uploadedFile('# One\n\nFirst.', 'one.md')
    const [byId, byContent] = await accept('known', [one, { externalId: 'a' }], [one])
    expect(byId).toMatchObject({ outcome: 'CREATED', document: { contentHash: one.sha256, bytes: 13 } })
    expect(byContent).toMatchObject({ outcome: 'CREATED', document: { title: 'One' } })
    expect(await world.work()).toEqual(['ready', 'ready'])

    const renamed = uploadedFile('# One\n\nFirst.', 'other name.md')
    const changed = uploadedFile('# Two', 'one.md')
    expect(
      await accept('known', [one, { externalId: 'a' }], [renamed], [changed, { externalId: 'a' }]),
    ).toMatchObject([
      { outcome: 'UNCHANGED' },
      { outcome: 'UNCHANGED' },
      { outcome: 'UPDATED', document: { version: 2 } },
    ])
    const asText = draft({ externalId: 'a', source: { text: '# Two' } })
    const { results } = await world.ingestions.accept(world.caller, 'known', [asText])
    expect(results).toMatchObject([{ outcome: 'UNCHANGED' }])
  })

  test('holds no locks while a large file waits for its turn', async () => {
    await accept('turns', [uploadedFile('Here before', 'a.txt')])
    const ending = Promise.withResolvers<void>()
    const held = [holdingFile(5_000_000, () => ending.promise)]
    const taken = Promise.withResolvers<void>()
    const takeTurn = () => {
      taken.resolve()
      return ending.promise
    }
    const content = 'A large file. '.repeat(350_000)
    const large = uploadedFile(content, 'large.txt', {
      read: async () => {
        // The next turn is somebody else's.
        if (held.length === 1) held.push(holdingFile(5_000_000, takeTurn))
        return Buffer.from(content)
      },
    })
    const accepting = accept('turns', [large])
    await taken.promise
    for (let look = 0; look < 300; look++) await world.rows('SELECT 1')
    await world.rows(`SELECT FROM collection WHERE name = 'turns' FOR UPDATE NOWAIT`)
    ending.resolve()
    expect(await accepting).toMatchObject([{ outcome: 'CREATED' }])
    await Promise.all(held)
  })

  test('stores the bytes as they came', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xff, 0x00, 0x62])
    const [stored] = await accept('exact', [uploadedFile(bytes, 'a.txt')])
    const [source] = await world.rows<{ bytes: Buffer }>(
      'SELECT bytes FROM document_source WHERE document_id = $1',
      stored?.document?.id,
    )
    expect(source?.bytes.equals(bytes)).toBe(true)
  })

  test.each<[string, UploadedFile, Partial<DocumentDraft>, string]>([
    ['given', uploadedFile('# Own', 'name.md'), { title: 'Given' }, 'Given'],
    ['its own', uploadedFile('# Own\n\ntext', 'name.md'), {}, 'Own'],
    ['its name', uploadedFile('text', 'the name.v2.txt'), { externalId: 'docs/x.txt' }, 'the name.v2'],
    ['its name, of a PDF', uploadedFile('%PDF-1.7 # no title', 'paper.pdf'), {}, 'paper'],
    ['its name, cleaned', uploadedFile('text', 'a\0b\nc\ud800.txt'), {}, 'a b c\ufffd'],
    ['its name, cut', uploadedFile('text', `${'n'.repeat(600)}.txt`), {}, 'n'.repeat(500)],
    ['its name, where it is not UTF-8', uploadedFile(Buffer.from('# \xff', 'latin1'), 'own.md'), {}, 'own'],
    ['a name that is an extension', uploadedFile('text', '.profile'), {}, '.profile'],
    ['its id', uploadedFile('text'), { externalId: 'the id' }, 'the id'],
    ['its first words', uploadedFile('\nFirst words.\nMore'), {}, 'First words.'],
    ['none', uploadedFile('%PDF-1.7'), {}, 'Untitled'],
  ])('has a title: %s', async (what, file, over, title) => {
    expect(
      (await accept(`title-${Buffer.from(what).toString('hex').slice(-40)}`, [file, over]))[0]?.document,
    ).toMatchObject({ title })
  })

  test.each<[string, UploadedFile, Partial<DocumentDraft>, string]>([
    ['a file without bytes', uploadedFile(''), {}, 'EMPTY'],
    ['a file of white space', uploadedFile(' \r\n\t'.repeat(10_000), 'a.md'), {}, 'EMPTY'],
    [
      'a file that was too large to be kept',
      uploadedFile('', 'a.pdf', {
        size: 64 * 1024 * 1024 + 1,
        tooLarge: true,
        read: () => Promise.reject(new Error()),
      }),
      {},
      'TOO_LARGE',
    ],
    ['an image', uploadedFile(picture, 'a'), {}, 'UNSUPPORTED_TYPE'],
    ['an archive', uploadedFile(gzipSync('a text')), {}, 'UNSUPPORTED_TYPE'],
    ['a blank id', uploadedFile('text'), { externalId: ' ' }, 'INVALID_INPUT'],
    ['metadata that is a list', uploadedFile('text'), { metadata: [] }, 'INVALID_INPUT'],
  ])('rejects %s, and accepts what stands beside it', async (_what, file, over, code) => {
    const results = await accept('rejected', [file, over], [uploadedFile('good'), { externalId: 'good' }])
    expect(results).toMatchObject([
      { outcome: 'REJECTED', document: null, failure: { code, retryable: false } },
      { document: { externalId: 'good' }, failure: null },
    ])
  })

  test('reads one file at a time, and few large ones whoever sent them', async () => {
    let inMemory = 0
    let most = 0
    const large = (name: string) => {
      const bytes = Buffer.alloc(5 * 1024 * 1024, name)
      const read = async () => {
        most = Math.max(most, ++inMemory)
        await new Promise(setImmediate)
        inMemory -= 1
        return bytes
      }
      return draft({ source: { file: uploadedFile(bytes, name, { read }) } })
    }
    const calls = [1, 2, 3, 4].map((call) =>
      world.ingestions.accept(world.caller, 'large', [large(`${call} a`), large(`${call} b`)]),
    )
    for (const { results, ingestion } of await Promise.all(calls)) {
      expect(results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'CREATED'])
      await world.ingestions.cancel(world.caller, ingestion?.id ?? '')
    }
    expect(most).toBeLessThanOrEqual(2)
  })

  test('nothing is written where a file cannot be read any more', async () => {
    const gone = uploadedFile('gone', 'gone.md', {
      read: () => Promise.reject(new DOMException('The operation has ended', 'AbortError')),
    })
    await expect(accept('gone', [uploadedFile('good')], [gone])).rejects.toThrow('has ended')
    await expect(world.collectionId('gone')).rejects.toThrow()
  })
})
