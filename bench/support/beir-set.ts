import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import type { Judgements } from '../metrics.ts'
import { requireFolder } from './data-folder.ts'

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
  readonly _id: string
  readonly title?: string
  readonly text: string
}

/** A folder with corpus.jsonl, queries.jsonl and qrels.tsv (https://github.com/beir-cellar/beir/wiki). */
export async function readBeirSet(folder: string): Promise<BeirSet> {
  await requireFolder(folder)
  const judged = await readJudgements(join(folder, 'qrels.tsv'))
  const queries: BeirQuery[] = []
  for await (const { _id, text } of lines(join(folder, 'queries.jsonl'))) {
    const judgements = judged.get(_id)
    if (judgements) queries.push({ id: _id, text, judgements })
  }
  const short = basename(folder).length <= 2
  return {
    name: short ? `${basename(dirname(folder))}/${basename(folder)}` : basename(folder),
    queries,
    async *documents() {
      for await (const { _id, title, text } of lines(join(folder, 'corpus.jsonl'))) {
        const titled = title ? { title } : {}
        yield { externalId: _id, ...titled, mimeType: 'text/plain', source: { text } }
      }
    },
  }
}

async function* lines(file: string): AsyncGenerator<Line> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() !== '') yield JSON.parse(line) as Line
  }
}

async function readJudgements(file: string): Promise<Map<string, Map<string, number>>> {
  const judged = new Map<string, Map<string, number>>()
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [query, document, score] = line.trim().split('\t')
    // The first line names the columns.
    if (!query || !document || score === undefined || score === 'score') continue
    const judgements = judged.get(query) ?? new Map<string, number>()
    judged.set(query, judgements.set(document, Number(score)))
  }
  return judged
}
