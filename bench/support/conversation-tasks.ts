import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Judgements } from '../metrics.ts'
import { readJudgements } from './read-judgements.ts'
import { readLines } from './read-lines.ts'

/** A question that was asked in a conversation, and what answers it. */
export interface ConversationTask {
  readonly id: string
  /** Which part of the data it is of. */
  readonly set: string
  readonly question: string
  /** Oldest first. The answers are not known of every set. */
  readonly exchanges: readonly { readonly question: string; readonly answer: string | null }[]
  /** The question as a person put it to stand alone; null where nobody did. */
  readonly rewrite: string | null
  readonly judgements: Judgements
}

const domains = ['clapnq', 'cloud', 'fiqa', 'govt'] as const

/**
 * MTRAG-UN's questions behind at least one other, over the pool of the passages that their answers refer to. Half of the
 * conversations, by the hash of their id, are held out: weights were chosen on the others.
 */
export async function readPoolTasks(folder: string): Promise<ConversationTask[]> {
  const judged = await readJudgements(join(folder, 'qrels.tsv'))
  const tasks: ConversationTask[] = []
  for await (const { _id: id, text: question, metadata } of rows<PoolRow>(join(folder, 'queries.jsonl'))) {
    const judgements = judged.get(id)
    // The question itself is the last of them.
    const exchanges = exchangesOf(metadata.history.slice(0, -1))
    if (!judgements || exchanges.length === 0) continue
    const set = isHeldOut(id) ? 'held out' : 'tuned on'
    tasks.push({ id, set, question, exchanges, rewrite: null, judgements })
  }
  return tasks
}

/** MTRAG's questions with a person's rewrite of each, as far as a passage that answers one is in the pool. */
export async function readRewrittenTasks(folder: string): Promise<ConversationTask[]> {
  const pool = new Set<string>()
  for await (const { _id } of rows<{ _id: string }>(join(folder, 'corpus.jsonl'))) pool.add(_id)
  const tasks: ConversationTask[] = []
  for (const domain of domains) {
    const file = (name: string) => join(folder, 'human', `${domain}_${name}`)
    const judged = await readJudgements(file('qrels.tsv'))
    const rewrites = new Map<string, string>()
    for await (const { _id, text } of rows<TextRow>(file('rewrite.jsonl')))
      rewrites.set(_id, said(text)[0] ?? '')
    for await (const { _id: id, text } of rows<TextRow>(file('questions.jsonl'))) {
      const asked = said(text)
      const question = asked.pop()
      const judgements = new Map([...(judged.get(id) ?? [])].filter(([document]) => pool.has(document)))
      if (question === undefined || asked.length === 0 || judgements.size === 0) continue
      const exchanges = asked.map((each) => ({ question: each, answer: null }))
      const rewrite = rewrites.get(id) ?? null
      tasks.push({ id, set: 'rewritten by people', question, exchanges, rewrite, judgements })
    }
  }
  return tasks
}

interface TextRow {
  readonly _id: string
  readonly text: string
}
interface PoolRow extends TextRow {
  readonly metadata: { readonly history: readonly { readonly role: string; readonly text: string }[] }
}

async function* rows<Row>(file: string): AsyncGenerator<Row> {
  for await (const { text } of readLines(file)) if (text.trim() !== '') yield JSON.parse(text) as Row
}

function exchangesOf(turns: PoolRow['metadata']['history']): ConversationTask['exchanges'] {
  const exchanges: { question: string; answer: string | null }[] = []
  for (const { role, text } of turns) {
    const last = exchanges.at(-1)
    if (role === 'user') exchanges.push({ question: text, answer: null })
    else if (last) last.answer = last.answer === null ? text : `${last.answer}\n${text}`
  }
  return exchanges
}

/** A line each, behind who said it. */
function said(text: string): string[] {
  return text
    .split('|user|:')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

const isHeldOut = (id: string) => (createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 1
