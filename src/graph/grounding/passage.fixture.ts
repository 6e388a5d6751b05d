import type { Passage } from './passage.ts'

/** A passage of the given text, for tests. */
export function passageOf(text: string, over: Partial<Passage> = {}): Passage {
  const marker = over.marker ?? 1
  return {
    chunkId: `chunk-${marker}`,
    marker,
    text,
    start: 0,
    headings: [],
    title: '',
    score: 1 / marker,
    ...over,
  }
}
