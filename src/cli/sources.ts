import { resolve } from 'node:path'
import type { IngestDocument } from '../../clients/typescript/ingest-document.ts'

/** What is ingested, and how a person knows it. */
export interface Source {
  readonly name: string
  readonly document: IngestDocument
}

/** A file's relative path is its id, so a second run finds the same document again. */
export function fileSource(path: string, cwd: string): Source {
  return { name: path, document: { externalId: path, source: { file: { path: resolve(cwd, path) } } } }
}

/** The server knows it by its address. */
export function urlSource(url: string): Source {
  return { name: url, document: { source: { url } } }
}

export function isUrl(argument: string): boolean {
  return /^https?:\/\//i.test(argument)
}
