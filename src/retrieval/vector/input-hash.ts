import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { passageForEmbedding } from './passage-vector.ts'

/** SHA-256. */
export const hashBytes = 32

/** The hash of the text that a passage's vector is made from: the same hash is the same vector. */
export function inputHash(passage: Parameters<typeof passageForEmbedding>[0]): Buffer {
  return hash('sha256', passageForEmbedding(passage), 'buffer')
}

/** The hashes of a document's passages, one after the other. Answers other work of the process meanwhile. */
export async function inputHashes(
  title: string,
  passages: readonly { readonly headings: readonly string[]; readonly text: string }[],
): Promise<Buffer> {
  const hashes = Buffer.alloc(passages.length * hashBytes)
  for (const [index, { headings, text }] of passages.entries()) {
    if (index % 256 === 255) await setImmediate()
    inputHash({ title, headings, text }).copy(hashes, index * hashBytes)
  }
  return hashes
}
