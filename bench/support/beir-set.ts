import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import type { Judgements } from '../metrics.ts'
import { requireFolder } from './data-folder.ts'
import { readJudgements } from './read-judgements.ts'
import { readLines } from './read-lines.ts'

export interface BeirQuery {
  readonly id: string
  readonly text: string
  readonly judgements: Judgements
}

export interface BeirSet {
  /** Its folder's name, with the parent's where that tells a language: xquad/de. */
  readonly name: string
  /** Read as it is sent. */
  documents(): AsyncGenerator<DocumentInput>
  /** Those that have a judgement: the others score nothing in any measure, and BEIR leaves them out. */
  readonly queries: readonly BeirQuery[]
}

interface Line {
  readonly id: string
  readonly title: string
  readonly text: string
}

/** What ingestion takes as a title; a longer one is cut. */
const titleCharacters = 500

/**
 * A folder with corpus.jsonl, queries.jsonl and qrels.tsv, or qrels/<split>.tsv as BEIR's own archives have it
 * (https://github.com/beir-cellar/beir/wiki).
 * @throws Error that names the file and line where one cannot be read, or where no query has a judgement
 */
export async function readBeirSet(folder: string, split = 'test'): Promise<BeirSet> {
  await requireFolder(folder)
  const judged = await readJudgements(await judgementsFile(folder, split))
  const queries: BeirQuery[] = []
  for await (const { id, text } of lines(join(folder, 'queries.jsonl'))) {
    const judgements = judged.get(id)
    if (judgements) queries.push({ id, text, judgements })
  }
  if (queries.length === 0) {
    throw new Error(`${folder}: no query of queries.jsonl has a judgement under the same id`)
  }
  const path = resolve(folder)
  const name = basename(path)
  return {
    name: name.length <= 2 ? `${basename(dirname(path))}/${name}` : name,
    queries,
    async *documents() {
      for await (const { id, title, text } of lines(join(folder, 'corpus.jsonl'))) {
        // A document of nothing but a title is searched by it.
        const source = { text: text.trim() === '' ? title : text }
        yield { externalId: id, ...(title ? { title } : {}), mimeType: 'text/plain', source }
      }
    },
  }
}

async function judgementsFile(folder: string, split: string): Promise<string> {
  const candidates = [join(folder, 'qrels', `${split}.tsv`), join(folder, 'qrels.tsv')]
  for (const file of candidates) if ((await stat(file).catch(() => null))?.isFile()) return file
  throw new Error(`${folder} has neither qrels.tsv nor qrels/${split}.tsv`)
}

async function* lines(file: string): AsyncGenerator<Line> {
  if (!(await stat(file).catch(() => null))?.isFile()) throw new Error(`There is no ${file}`)
  for await (const { number, text } of readLines(file)) {
    if (text.trim() !== '') yield lineOf(text, `${file}, line ${number}`)
  }
}

function lineOf(json: string, place: string): Line {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Error(`${place}: not JSON`)
  }
  const { _id: id, title, text } = Object(value) as Record<string, unknown>
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') throw new Error(`${place}: no _id`)
  return {
    id: String(id),
    title: wordsOf(title).slice(0, titleCharacters).toWellFormed(),
    text: wordsOf(text),
  }
}

/** Absent and null say as much as an empty text does. U+0000 cannot be stored. */
function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\0', ' ').toWellFormed() : ''
}
