import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import type { AnsweredQuestion, Half } from './answer-set.ts'
import { sharedData } from './data-folder.ts'
import { readMarkdownFolder } from './markdown-folder.ts'

const root = new URL('../questions/', import.meta.url).pathname
const table = /\.tsv$/

/** Documents, and what a stranger asks of them: answerable, and near enough to be answered wrongly. */
export interface OwnQuestions {
  readonly name: string
  readonly documents: readonly DocumentInput[]
  /** Without answers: the documents have none. */
  readonly questions: readonly AnsweredQuestion[]
}

/**
 * bench/questions: a folder for each language, with Markdown files and a table of questions for each; and tables about a folder
 * of the shared data that has their name. A line is kind, question and answers (divided by |, any of them is right), divided by
 * tabs; kind "none" has no answer. Every second document of a folder is held out, of a table every second line.
 */
export async function readOwnQuestions(): Promise<OwnQuestions[]> {
  const entries = (await readdir(root, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name))
  const sets: OwnQuestions[] = []
  for (const entry of entries)
    sets.push(entry.isDirectory() ? await folder(entry.name) : await about(entry.name))
  return sets
}

async function folder(name: string): Promise<OwnQuestions> {
  const { documents } = await readMarkdownFolder(root + name)
  const tables = (await readdir(root + name)).filter((file) => table.test(file)).sort()
  const questions: AnsweredQuestion[] = []
  for (const [i, file] of tables.entries()) {
    questions.push(...(await questionsOf(join(root, name, file), () => halfOf(i))))
  }
  return { name, documents, questions }
}

async function about(file: string): Promise<OwnQuestions> {
  const name = file.replace(table, '')
  const { documents } = await readMarkdownFolder(sharedData + name)
  return { name, documents, questions: await questionsOf(root + file, halfOf) }
}

function halfOf(index: number): Half {
  return index % 2 === 0 ? 'tune' : 'test'
}

async function questionsOf(file: string, half: (line: number) => Half): Promise<AnsweredQuestion[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, i) => {
    const [kind, text, answers = ''] = line.split('\t')
    if (!kind || !text || (kind === 'none') !== (answers === ''))
      throw new Error(`${file}, line ${i + 1}: ${line}`)
    return { id: `${i}`, text, answers: answers.split('|').filter(Boolean), half: half(i) }
  })
}
