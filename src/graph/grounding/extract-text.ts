import type { ExtractedSentence } from './extract.ts'

/** The answer that extracted sentences make, each with its citation: "One. [1] Two. [2]". */
export function extractedText(sentences: readonly ExtractedSentence[]): string {
  let text = ''
  for (const [i, { text: sentence, marker }] of sentences.entries()) {
    if (i > 0) {
      // Without a full stop the next sentence would run on, and take this one's citation for its own.
      const ended = [sentences[i - 1]?.text, sentence].every((s) => /[.!?。！？]["'”’»)」』]*$/.test(s ?? ''))
      text += ended ? ' ' : '\n\n'
    }
    text += `${sentence} [${marker}]`
  }
  return text
}
