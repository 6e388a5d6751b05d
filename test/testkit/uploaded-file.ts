import { createHash } from 'node:crypto'
import type { UploadedFile } from '../../src/ingestion/uploaded-file.ts'

/** A file as the server hands it on. `tooLarge` is one whose bytes were not kept. */
export function uploadedFile(
  content: string | Buffer,
  name: string | null = null,
  over: Partial<UploadedFile> = {},
): UploadedFile {
  const bytes = Buffer.from(content)
  return {
    name,
    mimeType: 'application/octet-stream',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    tooLarge: false,
    read: async () => bytes,
    ...over,
  }
}
