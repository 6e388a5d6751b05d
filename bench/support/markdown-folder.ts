import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { findFiles } from '../../src/cli/find-files.ts'
import { requireFolder } from './data-folder.ts'

export interface MarkdownFolder {
  readonly name: string
  readonly documents: readonly DocumentInput[]
  readonly bytes: number
  /** The headings of all documents: questions that have answers there. */
  readonly headings: readonly string[]
}

/** The Markdown and text files of a folder, as texts. */
export async function readMarkdownFolder(folder: string): Promise<MarkdownFolder> {
  await requireFolder(folder)
  const { files } = await findFiles(['**/*.{md,markdown,txt}'], folder)
  const documents: DocumentInput[] = []
  for (const file of files) {
    documents.push({ externalId: file, source: { text: await readFile(join(folder, file), 'utf8') } })
  }
  const texts = documents.map(({ source }) => source.text ?? '')
  const headings = texts.flatMap((text) =>
    [...text.matchAll(/^#{1,4} +(.+?)(?: *\{.*)?$/gm)].map(([, heading = '']) => heading.replaceAll('`', '')),
  )
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return { name: basename(folder), documents, bytes, headings: [...new Set(headings)] }
}
