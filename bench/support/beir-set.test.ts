import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readBeirSet } from './beir-set.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'beir-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

const corpus = '{"_id": "d1", "title": "One", "text": "first"}\n'
const queries = '{"_id": "q1", "text": "which"}\n'

test('BEIR’s own archive layout, with Windows line ends, a byte order mark and graded judgements, is read', async () => {
  const folder = await folderOf({
    'corpus.jsonl': `\ufeff${corpus.replace('\n', '\r\n')}`,
    'queries.jsonl': queries.replace('\n', '\r\n\r\n'),
    'qrels/test.tsv': 'query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\td 2 \t0\r\nq9\td1\t1\r\n',
  })
  const set = await readBeirSet(folder)
  expect(set.queries).toEqual([
    {
      id: 'q1',
      text: 'which',
      judgements: new Map([
        ['d1', 2],
        ['d 2 ', 0],
      ]),
    },
  ])
  expect(await Array.fromAsync(set.documents())).toMatchObject([{ externalId: 'd1', title: 'One' }])
})

test('judgements without column names, and in TREC’s four columns, are read', async () => {
  for (const qrels of ['q1\td1\t1', 'q1 0 d1 1', 'q1\t0\td1\t1\n']) {
    const folder = await folderOf({ 'corpus.jsonl': corpus, 'queries.jsonl': queries, 'qrels.tsv': qrels })
    const { queries: found } = await readBeirSet(folder)
    expect(found[0]?.judgements).toEqual(new Map([['d1', 1]]))
  }
})

test('titles that are absent, null, blank or too long, texts that are absent and ids that are numbers are taken', async () => {
  const folder = await folderOf({
    'corpus.jsonl': [
      '{"_id": 1, "text": "a"}',
      '{"_id": "2", "title": null, "text": "b\u2028c"}',
      '{"_id": "__proto__", "title": "Only a title", "text": ""}',
      `{"_id": "4", "title": "${'t'.repeat(600)}", "text": "d\\u0000e"}`,
    ].join('\n'),
    'queries.jsonl': queries,
    'qrels.tsv': 'q1\t1\t1\n',
  })
  const documents = await Array.fromAsync((await readBeirSet(folder)).documents())
  expect(documents.map(({ externalId, source }) => [externalId, source.text])).toEqual([
    ['1', 'a'],
    ['2', 'b\u2028c'],
    ['__proto__', 'Only a title'],
    ['4', 'd e'],
  ])
  expect(documents.map(({ title }) => title?.length)).toEqual([undefined, undefined, 12, 500])
})

test.each([
  [{ 'queries.jsonl': '{"_id": "q1"', 'qrels.tsv': 'q1\td1\t1' }, 'queries.jsonl, line 1: not JSON'],
  [{ 'queries.jsonl': '{"id": "q1"}', 'qrels.tsv': 'q1\td1\t1' }, 'queries.jsonl, line 1: no _id'],
  [{ 'queries.jsonl': queries, 'qrels.tsv': 'a\tb\tc\nq1\td1\thigh' }, 'qrels.tsv, line 2: not query'],
  [{ 'queries.jsonl': queries, 'qrels.tsv': 'q2\td1\t1' }, 'no query of queries.jsonl has a judgement'],
  [{ 'queries.jsonl': queries }, 'has neither qrels.tsv nor qrels/test.tsv'],
  [{ 'qrels.tsv': 'q1\td1\t1' }, 'queries.jsonl'],
])('what cannot be read is told with its place: %#', async (files, message) => {
  const folder = await folderOf({ 'corpus.jsonl': corpus, ...(files as Record<string, string>) })
  await expect(readBeirSet(folder)).rejects.toThrow(message)
})
