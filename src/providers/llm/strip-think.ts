const opening = '<think>'
const closing = '</think>'

export interface ThinkFilter {
  /** The answer text in this piece of the stream, possibly empty. */
  push(text: string): string
  /** What was held back and turned out to be answer text. */
  end(): string
}

/**
 * Drops a <think>…</think> block at the start of an answer, which servers without a reasoning parser leave in
 * the text. Only at the start: an answer may quote the tag. A block that never closes is no answer.
 */
export function createThinkFilter(): ThinkFilter {
  let phase: 'start' | 'thinking' | 'after' | 'answer' = 'start'
  let held = ''

  const answer = (text: string): string => {
    phase = 'answer'
    held = ''
    return text
  }
  const afterBlock = (text: string): string => {
    phase = 'after'
    held = ''
    // The blank lines between the block and the answer belong to the block.
    const rest = text.trimStart()
    return rest === '' ? '' : answer(rest)
  }
  const thinking = (text: string): string => {
    phase = 'thinking'
    held += text
    const at = held.indexOf(closing)
    if (at >= 0) return afterBlock(held.slice(at + closing.length))
    // Only a tag cut in two by the chunks matters; holding the whole block would cost its length squared.
    held = held.slice(1 - closing.length)
    return ''
  }
  const start = (text: string): string => {
    held += text
    const trimmed = held.trimStart()
    if (trimmed.startsWith(opening)) {
      held = ''
      return thinking(trimmed.slice(opening.length))
    }
    return opening.startsWith(trimmed) ? '' : answer(held)
  }

  return {
    push: (text) => ({ start, thinking, after: afterBlock, answer })[phase](text),
    end: () => (phase === 'start' ? answer(held) : ''),
  }
}
