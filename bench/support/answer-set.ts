import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { type BeirSet, readBeirSet } from './beir-set.ts'
import { readLines } from './read-lines.ts'

/** Rules are made in sight of one half and judged on the other. */
export type Half = 'tune' | 'test'

export interface AnsweredQuestion {
  readonly id: string
  readonly text: string
  /** What people found to be the answer, in the passage's own words; any of them is right. */
  readonly answers: readonly string[]
  /** That of the documents which answer it. */
  readonly half: Half
}

export interface AnswerSet extends BeirSet {
  readonly questions: readonly AnsweredQuestion[]
}

/** The metadata by which a search leaves one half of the documents out. */
export const halfPath = 'half'

/**
 * A folder in BEIR layout whose queries have `metadata.answers`, such as SQuAD. Documents of one title are in one half, with all
 * questions about them.
 * @throws Error where no question has an answer
 */
export async function readAnswerSet(folder: string): Promise<AnswerSet> {
  const set = await readBeirSet(folder)
  const halves = new Map<string, Half>()
  for await (const { externalId, title } of set.documents()) {
    if (externalId) halves.set(externalId, halfOf(title ?? externalId))
  }
  const answers = await readAnswers(join(folder, 'queries.jsonl'))
  const questions: AnsweredQuestion[] = []
  for (const { id, text, judgements } of set.queries) {
    const half = halves.get([...judgements.keys()][0] ?? '')
    const given = answers.get(id) ?? []
    if (half && given.length > 0) questions.push({ id, text, answers: given, half })
  }
  if (questions.length === 0) throw new Error(`${set.name}: no question has metadata.answers`)
  return {
    ...set,
    questions,
    async *documents(): AsyncGenerator<DocumentInput> {
      for await (const document of set.documents()) {
        yield { ...document, metadata: { [halfPath]: halves.get(document.externalId ?? '') } }
      }
    },
  }
}

/** By a hash: the first half of a file may be of other topics than the second. */
function halfOf(group: string): Half {
  return (createHash('sha256').update(group).digest()[0] ?? 0) % 2 === 0 ? 'tune' : 'test'
}

async function readAnswers(file: string): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>()
  for await (const { text } of readLines(file)) {
    if (text.trim() === '') continue
    const { _id: id, metadata } = JSON.parse(text) as { _id: unknown; metadata?: { answers?: unknown } }
    const given = Array.isArray(metadata?.answers) ? metadata.answers : []
    answers.set(
      String(id),
      given.filter((answer) => typeof answer === 'string' && answer.trim() !== ''),
    )
  }
  return answers
}
