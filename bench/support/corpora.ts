import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { docx } from '../../src/ingestion/parse/docx.fixture.ts'
import { readBeirSet } from './beir-set.ts'
import { sharedData } from './data-folder.ts'
import { distinctCopies } from './distinct-copies.ts'
import { asHtml, asWordXml } from './markdown-as.ts'
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
  Markdown: async (copies) => corpusOf('Markdown', `docs-fastapi ×${copies}`, await markdown(copies)),
  text: async (copies) =>
    corpusOf('text', `docs-fastapi ×${copies} as plain text`, await converted(copies, 'text/plain', String)),
  HTML: async (copies) =>
    corpusOf('HTML', `docs-fastapi ×${copies} as pages`, await converted(copies, 'text/html', asHtml)),
  DOCX: async (copies) => {
    const documents = (await markdown(copies)).map((document) => {
      const bytes = docx(asWordXml(document.source.text ?? ''))
      return file(`${document.externalId}.docx`, bytes)
    })
    return corpusOf('DOCX', `docs-fastapi ×${copies} as Word documents`, documents)
  },
  CSV: async () =>
    corpusOf(
      'CSV',
      'squad-v1.1-dev, 100 rows a file',
      await tables('text/csv', (rows) =>
        [['title', 'text'], ...rows].map((row) => row.map(quoted).join(',')).join('\n'),
      ),
    ),
  JSONL: async () =>
    corpusOf(
      'JSONL',
      'squad-v1.1-dev, 100 lines a file',
      await tables('application/jsonl', (rows) =>
        rows.map(([title, text]) => JSON.stringify({ title, text })).join('\n'),
      ),
    ),
  PDF: async (copies) => corpusOf('PDF', `readable ones of pdfs/ ×${copies}`, await pdfs(copies)),
  book: async () => corpusOf('book', 'a PDF of 352 pages', [await pdf('large/freeculture.pdf', 0)]),
  large: async () => corpusOf('large', 'docs-fastapi ×34 as one text', [await largeText()]),
}

async function markdown(copies: number): Promise<DocumentInput[]> {
  const { documents } = await readMarkdownFolder(`${sharedData}docs-fastapi`)
  return [...distinctCopies(documents, copies)]
}

async function converted(
  copies: number,
  mimeType: string,
  convert: (text: string) => string,
): Promise<DocumentInput[]> {
  return (await markdown(copies)).map((document) => ({
    ...document,
    mimeType,
    source: { text: convert(document.source.text ?? '') },
  }))
}

const rowsOfTable = 100
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`

async function tables(
  mimeType: string,
  write: (rows: readonly (readonly [title: string, text: string])[]) => string,
): Promise<DocumentInput[]> {
  const set = await readBeirSet(`${sharedData}squad-v1.1-dev`)
  const rows = (await Array.fromAsync(set.documents())).map(
    ({ title, source }) => [title ?? '', source.text ?? ''] as const,
  )
  const count = Math.ceil(rows.length / rowsOfTable)
  return Array.from({ length: count }, (_, index) => ({
    externalId: `table ${index}`,
    mimeType,
    source: { text: write(rows.slice(index * rowsOfTable, (index + 1) * rowsOfTable)) },
  }))
}

/** Those of the collection that hold text, small ones and a book of 352 pages. */
const readable = [
  'form/prefilled_f1040.pdf',
  'large/freeculture.pdf',
  'normal/GeoBase_NHNC1_Data_Model_UML_EN.pdf',
  'normal/issue840.pdf',
  'normal/pdflatex-4-pages.pdf',
  'normal/standard_fonts.pdf',
  'scan+ocr/Seige_of_Vicksburg_Sample_OCR.pdf',
]

async function pdfs(copies: number): Promise<DocumentInput[]> {
  const documents: DocumentInput[] = []
  for (const path of readable) {
    for (let copy = 0; copy < copies; copy++) documents.push(await pdf(path, copy))
  }
  return documents
}

async function pdf(path: string, copy: number): Promise<DocumentInput> {
  return file(`${copy}/${basename(path)}`, await readFile(`${sharedData}pdfs/${path}`))
}

/** About fifty megabytes. */
async function largeText(): Promise<DocumentInput> {
  const texts = (await markdown(34)).map(({ source }) => source.text ?? '')
  return file('large.txt', Buffer.from(texts.join('\n\n')))
}

function file(externalId: string, bytes: Uint8Array): DocumentInput {
  return { externalId, source: { file: new File([Buffer.from(bytes)], basename(externalId)) } }
}

function corpusOf(format: string, name: string, documents: readonly DocumentInput[]): Corpus {
  const sizes = documents.map(({ source }) => source.file?.size ?? Buffer.byteLength(source.text ?? ''))
  return { format, name, documents, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
