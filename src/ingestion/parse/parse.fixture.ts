import { parseSource } from './parse.ts'
import type { Block, ParsedDocument } from './parsed-document.ts'
import { SourceBytes } from './source-bytes.ts'

/** As parseSource, with all blocks at once. */
export async function parseBytes(
  bytes: Uint8Array,
  mimeType: string,
): Promise<ParsedDocument & { readonly blocks: readonly Block[] }> {
  const document = await parseSource(new SourceBytes(bytes), mimeType)
  return { ...document, blocks: [...document.blocks] }
}
