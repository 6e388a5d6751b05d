import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  await mkdir(join(folder, 'docs/deep'), { recursive: true })
  await mkdir(join(folder, 'docs/node_modules'))
  await mkdir(join(folder, 'bad'))
  const files = {
    'README.md': '# Groundwire\n',
    'docs/ARCHITECTURE.md': '# Architecture\n',
    'docs/deep/notes.txt': 'notes',
    'docs/deep/paper.pdf': '%PDF-1.7',
    'docs/node_modules/skipped.md': 'not ours',
    'bad/empty.md': ' ',
    'bad/broken.md': 'FAIL',
    'bad/fine.md': 'fine',
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

test('files, folders and globs name documents by their relative paths', async () => {
  expect(await findFiles(['docs', 'README.md', './README.md', 'docs/**/*.pdf', 'gone.md'], folder)).toEqual({
    files: ['README.md', 'docs/ARCHITECTURE.md', 'docs/deep/notes.txt', 'docs/deep/paper.pdf'],
    missing: ['gone.md'],
  })
})

test('ingest sends them, and a second run says unchanged', async () => {
  const paths = ['README.md', 'docs', 'docs/**/*.pdf']
  const first = testContext(api.url, folder)
  expect(await runIngest(first.context, { paths, collection: 'handbook' })).toBe(0)
  expect(first.out()).toMatch(/4\/4 indexed\n✓ handbook: 4 new; 4 indexed in/)
  expect(api.documents.has('handbook/docs/deep/notes.txt')).toBe(true)

  const second = testContext(api.url, folder)
  expect(await runIngest(second.context, { paths, collection: 'handbook' })).toBe(0)
  expect(second.out()).toMatch(/✓ handbook: 4 unchanged; 0 indexed in/)
})

test('ingest names what was rejected and what failed, with the reason, and exits with 1', async () => {
  const { context, out, err } = testContext(api.url, folder)
  expect(await runIngest(context, { paths: ['bad', 'no-such-file.md'], collection: 'mixed' })).toBe(1)
  expect(out()).toMatch(/✗ mixed: 2 new, 2 failed; 1 indexed/)
  expect(out()).toContain('bad/empty.md  EMPTY: The document holds no text.')
  expect(out()).toContain('bad/broken.md  UNREADABLE: It could not be read.')
  expect(err()).toBe('no-such-file.md: no such file, and nothing matches it\n')
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
