import { chineseFunctionWords, functionWords } from './function-words.ts'

const wordSegmenter = new Intl.Segmenter('und', { granularity: 'word' })
const spaceless = /^[\p{Script=Han}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}ー]{2,}$/u
/** Grammar that is written with two characters or more, and what an answer says of its sources. */
const grammar = new Set(
  `提供 提到 显示 已经 已經 可以 能够 因此 所以 但是 而且 以及 其中 此外 另外 根据 根據 文档 文件 段落 资料 資料 提到 指出 大约 大約 左右 约为 一个 这个 这些 那个 我们 它们 他们 进行 具有 成为 作为 通过 由于 如果 并且 或者 位于 分别 文書 文章 資料 場合 現在 แล้ว ด้วย เพราะ ดังนั้น เอกสาร`.split(
    ' ',
  ),
)

/**
 * The words of a text in scripts without spaces that carry content, each once: there the analysis knows pairs of
 * characters only, and one long name fills a statement with pairs whose verb is another.
 */
export function spacelessWords(text: string): string[] {
  const words = new Set<string>()
  for (const { segment, isWordLike } of wordSegmenter.segment(text.normalize('NFKC'))) {
    if (!isWordLike || !spaceless.test(segment) || grammar.has(segment)) continue
    if (chineseFunctionWords.has(segment) || functionWords.th.has(segment)) continue
    words.add(segment)
  }
  return [...words]
}
