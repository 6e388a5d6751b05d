import { basename } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { findFiles } from '../../src/cli/find-files.ts'
import { readDocument } from '../../src/cli/read-document.ts'
import { requireFolder } from './data-folder.ts'

export interface MarkdownFolder {
  readonly name: string
  readonly documents: readonly DocumentInput[]
  readonly bytes: number
  /** The headings of all documents: questions that have answers there. */
  readonly headings: readonly string[]
}

/** The Markdown and text files of a folder, as `groundwire ingest` sends them. */
export async function readMarkdownFolder(folder: string): Promise<MarkdownFolder> {
  await requireFolder(folder)
  const { files } = await findFiles(['.'], folder)
  const documents: DocumentInput[] = []
  for (const file of files) documents.push(await readDocument(file, folder))
  const texts = documents.map(({ source }) => source.text ?? '')
  const headings = texts.flatMap((text) =>
    [...text.matchAll(/^#{1,4} +(.+?)(?: *\{.*)?$/gm)].map(([, heading = '']) => heading.replaceAll('`', '')),
  )
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return { name: basename(folder), documents, bytes, headings: [...new Set(headings)] }
}
