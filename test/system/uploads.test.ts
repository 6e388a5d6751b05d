import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { file, form, head, openUpload, text, upload } from '../server/multipart-client.ts'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { runCommand } from '../testkit/app/run-command.ts'
import { createTestDatabase } from '../testkit/app/test-database.ts'
import { patience } from '../testkit/patience.ts'

type Server = Awaited<ReturnType<typeof bootProcess>>

/** One pixel, as PNG. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let stack: AsyncDisposableStack
let server: Server
let folder: string
/** Where the server puts temporary files. */
let spool: string
beforeAll(async () => {
  stack = new AsyncDisposableStack()
  folder = await mkdtemp(join(tmpdir(), 'groundwire-uploads-test-'))
  stack.defer(() => rm(folder, { recursive: true }))
  spool = join(folder, 'spool')
  await mkdir(spool)
  const database = stack.use(await createTestDatabase())
  server = stack.use(await bootProcess({ env: { ...database.env, TMPDIR: spool } }))
})
afterAll(() => stack.disposeAsync())

const uploads = async () => (await readdir(spool)).filter((name) => name.startsWith('groundwire-upload-'))
const ingest = (...args: string[]) =>
  runCommand(['ingest', ...args], { GROUNDWIRE_URL: server.url.replace('/graphql', '') })

test('groundwire ingest sends a folder, says what failed and why, and has nothing to do the second time', async () => {
  const docs = join(folder, 'docs')
  await mkdir(docs)
  await writeFile(join(docs, 'lighthouse.md'), '# The lighthouse\n\nThe keeper lights the lamp at dusk.\n')
  await writeFile(join(docs, '灯台.txt'), 'Four litres of whale oil each night.')
  const first = await ingest(docs, '--collection', 'coast')
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/✓ coast: 2 new; 2 indexed in/) })
  const again = await ingest(docs, '--collection', 'coast')
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/✓ coast: 2 unchanged; nothing to do/),
  })

  await writeFile(join(docs, 'lighthouse.md'), '# The lighthouse\n\nThe lamp is electric now.\n')
  await writeFile(join(docs, 'empty.md'), '')
  await writeFile(join(folder, 'picture'), picture)
  await writeFile(join(docs, 'huge.pdf'), '')
  await truncate(join(docs, 'huge.pdf'), 64 * 1024 * 1024 + 1)
  const { code, stdout } = await ingest(
    docs,
    join(folder, '*ture'),
    join(docs, 'gone.md'),
    '--collection',
    'coast',
  )
  expect(stdout).toMatch(/✗ coast: 1 updated, 1 unchanged, 3 failed; 1 indexed/)
  expect(stdout).toMatch(/empty\.md {2}EMPTY: The file has nothing but white space\./)
  expect(stdout).toMatch(/picture {2}UNSUPPORTED_TYPE: Documents of type image\/png/)
  expect(stdout).toMatch(/huge\.pdf {2}TOO_LARGE: The file has 67108865 bytes/)
  expect(code).toBe(1)

  const { documents } = (
    await server.query(
      '{ collection(name: "coast") { documents { edges { node { title mimeType bytes version } } } } }',
    )
  ).collection
  expect(documents.edges.map(({ node }: { node: object }) => node)).toEqual(
    expect.arrayContaining([
      { title: 'The lighthouse', mimeType: 'text/markdown', bytes: 44, version: 2 },
      { title: '灯台', mimeType: 'text/plain', bytes: 36, version: 1 },
    ]),
  )
  await vi.waitFor(async () => expect(await uploads()).toEqual([]), patience)
})

test.each([
  ['no sources', []],
  ['an unknown option', ['docs', '--no-such-option']],
  ['a collection that cannot be', ['docs', '--collection', 'No!']],
])('groundwire ingest with %s ends with 2', async (_, args) => {
  expect((await ingest(...args)).code).toBe(2)
})

const mutation = `mutation ($file: File!) {
  ingestDocuments(input: { collection: "cut", documents: [{ source: { file: $file } }] }) {
    results { outcome document { id } failure { code } }
  }
}`
const parts = [
  text('operations', { query: mutation, variables: { file: null } }),
  text('map', { 0: ['variables.file'] }),
]

test('a client that leaves in the middle of a file leaves neither file nor document', async () => {
  const request = openUpload(server.url.replace('/graphql', ''))
  request.on('error', () => {})
  for (const part of parts) request.write(`${head(part)}${part.body}\r\n`)
  request.write(`${head(file('0', ''))}The beginning of a text`)
  await vi.waitFor(async () => expect(await uploads()).toHaveLength(1), patience)
  request.destroy()
  await vi.waitFor(async () => expect(await uploads()).toEqual([]), patience)
  expect(await server.query('{ collection(name: "cut") { name } }')).toEqual({ collection: null })
})

test('a file over the limit is rejected as a document, and not the request', async () => {
  const body = form(...parts, file('0', Buffer.alloc(64 * 1024 * 1024 + 1, 'x')))
  expect(await upload(server.url.replace('/graphql', ''), body)).toMatchObject({
    status: 200,
    data: {
      ingestDocuments: { results: [{ outcome: 'REJECTED', document: null, failure: { code: 'TOO_LARGE' } }] },
    },
  })
})
