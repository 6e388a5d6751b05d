import { expect } from 'vitest'
import type { ParsedDocument } from '../parse/parsed-document.ts'
import type { ChunkDraft } from './chunk.ts'

/** Chunks are slices of the text, in order, and leave out nothing but white space. */
export function expectSound({ text }: ParsedDocument, drafts: readonly ChunkDraft[]) {
  let covered = 0
  for (const [index, draft] of drafts.entries()) {
    expect(draft.ordinal).toBe(index)
    expect(draft.text).toBe(text.slice(draft.start, draft.end))
    expect(draft.text.trim()).not.toBe('')
    expect(draft.start).toBeGreaterThanOrEqual(drafts[index - 1]?.start ?? 0)
    if (draft.start > covered) expect(text.slice(covered, draft.start).trim()).toBe('')
    covered = Math.max(covered, draft.end)
  }
  expect(text.slice(covered).trim()).toBe('')
}
