import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'

const textTypes: Readonly<Record<string, string>> = {
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.txt': 'text/plain',
}

/** A file as a document: its relative path is its id, so a second run finds the same document again. */
export async function readDocument(path: string, cwd: string): Promise<DocumentInput> {
  const bytes = await readFile(resolve(cwd, path))
  const mimeType = textTypes[extname(path).toLowerCase()]
  const text = mimeType && decode(bytes)
  if (!text) return { externalId: path, source: { file: new File([bytes], basename(path)) } }
  // A text file has no title inside that the server could take.
  const title = mimeType === 'text/plain' ? { title: basename(path) } : {}
  return { externalId: path, mimeType, source: { text }, ...title }
}

/** The text, or undefined where the bytes are not UTF-8: then they go as they are, and the server decides. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
