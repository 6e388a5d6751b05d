import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from './client.ts'
import type { IngestDocument } from './ingest-document.ts'
import { type Call, json, plain, type Reply, scriptedServer } from './testing/scripted-server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundwire-client-'))
})
afterAll(() => rm(folder, { recursive: true }))

const formOf = ({ request, body }: Call) => {
  const type = request.headers['content-type'] ?? ''
  return new Response(body, { headers: { 'content-type': type } }).formData()
}

/** Creates every document of a multipart call. */
const accepted: Reply = async (call) => {
  const operations = JSON.parse(String((await formOf(call)).get('operations')))
  const documents: IngestDocument[] = operations.variables.input.documents
  const results = documents.map(({ externalId }, index) => ({
    index,
    outcome: 'CREATED',
    document: { externalId },
    failure: null,
  }))
  json(200, { data: { ingestDocuments: { ingestion: null, results } } })(call)
}

const written = async (name: string, content: string) => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const local = async (name: string, content = name): Promise<IngestDocument> => ({
  externalId: name,
  source: { file: { path: await written(name, content) } },
})

test('a path is sent under its name, with the header that keeps other sites out', async () => {
  await using server = await scriptedServer([accepted])
  const file = { path: await written('a "b" 接続.md', '# One'), type: 'text/markdown' }
  const { results } = await createClient({ url: server.url }).ingest({ documents: [{ source: { file } }] })
  expect(results).toMatchObject([{ index: 0, outcome: 'CREATED' }])
  const [call] = server.calls
  expect(call?.request.headers).toMatchObject({
    'graphql-require-preflight': '1',
    'content-length': String(Buffer.byteLength(call?.body ?? '')),
  })
  const form = await formOf(call as Call)
  expect([...form.keys()]).toEqual(['operations', 'map', '0'])
  const part = form.get('0') as File
  expect([part.name, part.type, await part.text()]).toEqual(['a "b" 接続.md', 'text/markdown', '# One'])
})

test('what cannot be read is rejected alone, and nothing is asked where nothing is left', async () => {
  await using server = await scriptedServer([accepted])
  const client = createClient({ url: server.url })
  const missing = { source: { file: { path: join(folder, 'missing.md') } } }
  const aFolder = { source: { file: { path: folder } } }
  const large = await local('large.md', 'x'.repeat(101))
  const documents = [missing, await local('good.md'), aFolder, large, await local('better.md')]
  const { results } = await client.ingest({ documents }, { limits: { fileBytes: 100 } })
  expect(results).toEqual([
    { index: 0, outcome: 'REJECTED', document: null, failure: unreadable('ENOENT') },
    { index: 1, outcome: 'CREATED', document: { externalId: 'good.md' }, failure: null },
    { index: 2, outcome: 'REJECTED', document: null, failure: unreadable('not a file') },
    {
      index: 3,
      outcome: 'REJECTED',
      document: null,
      failure: {
        code: 'TOO_LARGE',
        message: 'The file has 101 bytes; at most 100 are accepted.',
        retryable: false,
      },
    },
    { index: 4, outcome: 'CREATED', document: { externalId: 'better.md' }, failure: null },
  ])
  expect((await client.ingest({ documents: [missing] })).results).toMatchObject([{ outcome: 'REJECTED' }])
  expect(server.calls).toHaveLength(1)
})

const unreadable = (why: string) => ({
  code: 'UNREADABLE',
  message: `The file cannot be read: ${why}`,
  retryable: false,
})

test.each([
  ['grows', (path: string) => appendFile(path, ' and more')],
  ['shrinks', (path: string) => truncate(path, 2)],
])('a file that %s while it is sent is sent again as it is', async (_, change) => {
  await using server = await scriptedServer([accepted, accepted])
  const document = await local('log.txt', 'begun')
  const sent: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push('request')
    // Opened, and not yet read. The second time it changes, too: it has been read by then.
    await change(join(folder, 'log.txt'))
    return globalThis.fetch(input, init)
  }
  const retried: string[] = []
  const { results } = await createClient({ url: server.url, fetch }).ingest(
    { documents: [document] },
    { minDelayMs: 1, onRetry: ({ code }) => retried.push(code) },
  )
  expect(results).toMatchObject([{ outcome: 'CREATED' }])
  expect(retried).toEqual(['FILE_CHANGED'])
  expect(sent).toHaveLength(2)
})

test('a request that failed on the way is sent again, files and all', async () => {
  await using server = await scriptedServer([plain(503, ''), accepted])
  const document = await local('again.md', 'again')
  await createClient({ url: server.url }).ingest({ documents: [document] }, { minDelayMs: 1 })
  const texts = await Promise.all(
    server.calls.map(async (call) => ((await formOf(call)).get('0') as File).text()),
  )
  expect(texts).toEqual(['again', 'again'])
})

test('several requests are under way at a time, and results keep the order of the input', async () => {
  const waiting: Call[] = []
  // Answers the calls backwards, once as many have come as may.
  const backwards: Reply = (call) => {
    waiting.push(call)
    if (waiting.length === 3) for (const each of waiting.splice(0).reverse()) void accepted(each)
  }
  await using server = await scriptedServer([backwards])
  const documents = await Promise.all(Array.from({ length: 6 }, (_, index) => local(`n${index}.md`)))
  const { results } = await createClient({ url: server.url }).ingest(
    { documents },
    { limits: { documents: 1 }, concurrency: 3 },
  )
  expect(results.map(({ index, document }) => [index, document?.externalId])).toEqual(
    documents.map(({ externalId }, index) => [index, externalId]),
  )
})

test('one request that is refused ends the others', async () => {
  let hung = 0
  const hang: Reply = () => {
    hung += 1
  }
  const refused: Reply = json(200, { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] })
  await using server = await scriptedServer([hang, refused])
  const documents = [await local('a.md'), await local('b.md'), await local('c.md')]
  const sending = createClient({ url: server.url }).ingest(
    { documents },
    { limits: { documents: 1 }, concurrency: 2 },
  )
  await expect(sending).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect([hung, server.calls.length]).toEqual([1, 2])
})

test('beside files goes no more JSON than the server takes there', async () => {
  await using server = await scriptedServer([plain(200, '{"data":{"ingestDocuments":{"results":[]}}}')])
  const text = { source: { text: 'x'.repeat(500_000) } }
  const file = { source: { file: new Blob(['y'.repeat(500_000)]) } }
  const documents = [text, text, file, file, text, text, text]
  await createClient({ url: server.url }).ingest({ documents })
  const kinds = server.calls.map(({ request }) => request.headers['content-type']?.split(';')[0])
  expect(kinds).toEqual(['application/json', 'multipart/form-data', 'application/json'])
})
