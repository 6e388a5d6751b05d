import type { Analyze } from './passage.ts'

const words = new Intl.Segmenter('und', { granularity: 'word' })

/** Stands in for the retriever's analyser in tests: lower case, a plural s off, bigrams for Han and kana. */
export const simpleAnalyze: Analyze = (text) => {
  const terms: string[] = []
  const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu
  for (const run of text
    .normalize('NFKC')
    .split(/([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+)/u)) {
    if (run.search(cjk) === 0) {
      const chars = [...run]
      if (chars.length === 1) terms.push(run)
      for (let i = 0; i + 1 < chars.length; i++) terms.push(`${chars[i]}${chars[i + 1]}`)
      continue
    }
    for (const { segment, isWordLike } of words.segment(run)) {
      if (!isWordLike) continue
      const lower = segment.toLowerCase()
      terms.push(/^[a-z]{4,}s$/.test(lower) && !lower.endsWith('ss') ? lower.slice(0, -1) : lower)
    }
  }
  return terms
}
