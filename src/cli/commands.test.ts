import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAsk } from './ask.ts'
import { runDemo } from './demo.ts'
import { findFiles } from './find-files.ts'
import { runIngest } from './ingest.ts'
import { runRetrieve } from './retrieve.ts'
import { capturedOutput, testContext } from './testing/captured-output.ts'
import { type MockApi, mockApi } from './testing/mock-api.ts'

let api: MockApi
let folder: string

beforeAll(async () => {
  api = await mockApi()
  folder = await mkdtemp(join(tmpdir(), 'groundwire-cli-'))
  const files = {
    'README.md': '# Groundwire\n',
    'docs/ARCHITECTURE.md': '# Architecture\n',
    'docs/deep/notes.txt': 'notes',
    'docs/deep/PAPER.PDF': '%PDF-1.7',
    'docs/deep/data.jsonl': '{}',
    'docs/deep/program.exe': 'MZ',
    'docs/.hidden.md': 'hidden',
    'docs/.hidden/inside.md': 'hidden',
    'docs/node_modules/skipped.md': 'not ours',
    'bad/empty.md': ' ',
    'bad/broken.md': 'FAIL',
    'bad/fine.md': 'fine',
    'nothing/program.exe': 'MZ',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

test('files, folders and globs name documents by their relative paths', async () => {
  const inDocs = [
    'docs/ARCHITECTURE.md',
    'docs/deep/PAPER.PDF',
    'docs/deep/data.jsonl',
    'docs/deep/notes.txt',
  ]
  expect(await findFiles(['docs', 'README.md', './README.md', 'docs/**/*.PDF'], folder)).toEqual({
    files: ['README.md', ...inDocs],
    missing: [],
  })
  // What is named is taken, also where it is hidden or of another type.
  expect(await findFiles(['docs/.hidden/*.md', 'docs/*/*.exe', '../*/README.md'], folder)).toMatchObject({
    files: expect.arrayContaining(['README.md', 'docs/.hidden/inside.md', 'docs/deep/program.exe']),
  })
  expect(await findFiles(['gone.md', 'nothing', 'gone/*'], folder)).toEqual({
    files: [],
    missing: [
      { path: 'gone.md', reason: 'no such file, and nothing matches it' },
      { path: 'nothing', reason: 'no file in it is of a type that can be read' },
      { path: 'gone/*', reason: 'no such file, and nothing matches it' },
    ],
  })
})

test('ingest sends them as they are, and a second run has nothing to do', async () => {
  const paths = ['README.md', 'docs', 'https://example.com/a', 'docs/**/*.txt']
  const first = testContext(api.url, folder)
  expect(await runIngest(first.context, { paths, collection: 'handbook' })).toBe(0)
  expect(first.out()).toMatch(/6\/6 indexed\n✓ handbook: 6 new; 6 indexed in/)
  expect(api.documents.get('handbook/docs/deep/PAPER.PDF')?.text).toBe('%PDF-1.7')
  expect(api.documents.get('handbook/https://example.com/a')?.text).toBe('https://example.com/a')

  const second = testContext(api.url, folder)
  expect(await runIngest(second.context, { paths, collection: 'handbook' })).toBe(0)
  expect(second.out()).toMatch(/✓ handbook: 6 unchanged; nothing to do\n$/)
})

test('ingest tells the language of what it sends where it is given', async () => {
  const { context } = testContext(api.url, folder)
  const languageOf = () => api.documents.get('languages/README.md')?.language
  expect(await runIngest(context, { paths: ['README.md'], collection: 'languages', language: 'de' })).toBe(0)
  expect(languageOf()).toBe('de')
})

test('ingest names what was rejected and what failed, with the reason, and exits with 1', async () => {
  const { context, out, err } = testContext(api.url, folder)
  expect(await runIngest(context, { paths: ['bad', 'no-such-file.md'], collection: 'mixed' })).toBe(1)
  expect(out()).toMatch(/✗ mixed: 2 new, 2 failed; 1 indexed/)
  expect(out()).toContain('bad/empty.md  EMPTY: The document holds no text.')
  expect(out()).toContain('bad/broken.md  UNREADABLE: It could not be read.')
  expect(err()).toBe('no-such-file.md: no such file, and nothing matches it\n')
})

test('a file that vanishes on the way is one failure, and not the end', async () => {
  await mkdir(join(folder, 'vanishing'))
  for (const name of ['gone.md', 'stays.md']) await writeFile(join(folder, 'vanishing', name), name)
  // It was found, and goes before it is opened: the client asks in between who it is.
  await using other = await mockApi({ greeting: () => rm(join(folder, 'vanishing/gone.md')) })
  const { context, out } = testContext(other.url, folder)
  expect(await runIngest(context, { paths: ['vanishing'], collection: 'vanishing' })).toBe(1)
  expect(out()).toMatch(/✗ vanishing: 1 new, 1 failed; 1 indexed/)
  expect(out()).toContain('vanishing/gone.md  UNREADABLE: The file cannot be read: ENOENT')
})

test('Ctrl-C ends it, and says what is accepted already', async () => {
  await mkdir(join(folder, 'many'))
  for (let index = 0; index < 150; index++)
    await writeFile(join(folder, 'many', `${index}.md`), `text ${index}`)
  const stop = new AbortController()
  await using slow = await mockApi({
    // The full request is answered, and the other one never.
    accepting: ({ length }) => (length === 100 ? Promise.resolve() : new Promise(() => {})),
    watching: () => stop.abort(),
  })
  const { context, out, err } = testContext(slow.url, folder)
  expect(await runIngest({ ...context, signal: stop.signal }, { paths: ['many'], collection: 'many' })).toBe(
    130,
  )
  expect(out()).toMatch(/✗ many: 100 new; 0 indexed in/)
  expect(err()).toMatch(/^Stopped. 100 of 150 are accepted, and the server goes on with them. Run the same/)
})

test('a pipe gets the final answer only, with its citations', async () => {
  const { context, out, err } = testContext(api.url, folder)
  expect(await runAsk(context, { question: 'How?', collection: 'handbook', topK: 6 })).toBe(0)
  expect(out()).not.toContain('A first attempt')
  expect(out().replaceAll(/\s+/g, ' ')).toContain('The run does not depend on the connection [1]. After')
  expect(out().replaceAll(/\s+/g, ' ')).toContain(
    '[1] Architecture › The life of a run — “The subscriber is not the run” (docs/ARCHITECTURE.md, 100–130)',
  )
  expect(out()).toContain('not verified')
  expect(out()).not.toContain('\u001b')
  expect(err()).toContain('✓ grounded · extractive · 120 + 34 tokens')
})

test('a terminal sees the answer as it comes, and that a first attempt was withdrawn', async () => {
  const screen = capturedOutput({ columns: 60 })
  const { context } = testContext(api.url, folder)
  await runAsk({ ...context, stdout: screen.output }, { question: 'How?', collection: 'handbook', topK: 6 })
  const lines = stripVTControlCharacters(screen.text()).split('\n')
  expect(lines.slice(0, 3)).toEqual([
    'A first attempt',
    '— withdrawn: a claim without support. Once more:',
    'The run does not depend on the connection [1]. After a',
  ])
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
})

test('a run that fails is told with its reason, and exits with 1', async () => {
  const { context, err } = testContext(api.url, folder)
  expect(await runAsk(context, { question: 'FAIL', collection: 'handbook', topK: 6 })).toBe(1)
  expect(err()).toContain('UPSTREAM_UNAVAILABLE: The model does not answer.')
})

test('retrieve shows hits with scores and places, safe for a terminal', async () => {
  const { context, out, err } = testContext(api.url, folder)
  const command = { collection: 'handbook', topK: 5, mode: 'HYBRID' } as const
  expect(await runRetrieve(context, { ...command, query: 'streams' })).toBe(0)
  expect(out()).toContain('  1  0.91  Architecture › The life of a run')
  expect(out()).toContain('docs/ARCHITECTURE.md, 100–')
  expect(out()).not.toContain('\u001b')
  expect(out()).toContain('Resume is a read from afterSeq.')
  expect(err()).toContain('2 hits · lexical')
  expect(await runRetrieve(context, { ...command, query: 'nothing' })).toBe(1)
  // In which the canned server has nothing.
  expect(await runRetrieve(context, { ...command, query: 'streams', language: 'xx' })).toBe(1)
})

test.each([undefined, { columns: 80 }])('the demo shows every step within 80 columns (%o)', async (size) => {
  const screen = capturedOutput(size)
  const { signal } = new AbortController()
  const options = { url: api.url, root: folder, once: false, output: screen.output, signal }
  expect(await runDemo(options)).toBe(0)
  // The bar is drawn over itself, by moving the cursor back.
  const lines = stripVTControlCharacters(screen.text().replaceAll('\u001b[1G', '\n')).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  const text = lines.join('\n')
  for (const part of ['Ingest', 'Retrieve', 'Ask', '[1] Architecture', `${api.url}/health/ready`, 'Ctrl-C']) {
    expect(text).toContain(part)
  }
  expect(text).toMatch(/Answer [\d.]+ m?s after start/)
})
