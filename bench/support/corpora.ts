import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { sharedData } from './data-folder.ts'
import { distinctCopies } from './distinct-copies.ts'
import { readMarkdownFolder } from './markdown-folder.ts'

/** Documents of one format. */
export interface Corpus {
  readonly format: string
  readonly name: string
  readonly documents: readonly DocumentInput[]
  /** Of the sources. */
  readonly bytes: number
}

/** How to come by documents of each format. */
export const corpora: Readonly<Record<string, (copies: number) => Promise<Corpus>>> = {
  Markdown: async (copies) => corpusOf('Markdown', 'docs-fastapi', await markdown(copies)),
  text: async (copies) =>
    corpusOf(
      'text',
      'docs-fastapi as plain text',
      (await markdown(copies)).map((document) => ({ ...document, mimeType: 'text/plain' })),
    ),
}

async function markdown(copies: number): Promise<DocumentInput[]> {
  const { documents } = await readMarkdownFolder(`${sharedData}docs-fastapi`)
  return [...distinctCopies(documents, copies)]
}

function corpusOf(format: string, name: string, documents: readonly DocumentInput[]): Corpus {
  const bytes = documents.reduce((sum, { source }) => sum + Buffer.byteLength(source.text ?? ''), 0)
  return { format, name, documents, bytes }
}
