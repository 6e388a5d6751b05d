import { readLines } from './read-lines.ts'

/**
 * Relevance by document by query, from BEIR's `query<TAB>document<TAB>relevance` with or without a first line of
 * column names, or from TREC's `query 0 document relevance`. Ids are taken as they are, spaces included.
 * @throws Error that names the line where one is neither
 */
export async function readJudgements(file: string): Promise<Map<string, Map<string, number>>> {
  const judged = new Map<string, Map<string, number>>()
  for await (const { number, text } of readLines(file)) {
    if (text.trim() === '') continue
    const [query, document, relevance] = fieldsOf(text)
    if (query && document && relevance && Number.isFinite(Number(relevance))) {
      const judgements = judged.get(query) ?? new Map<string, number>()
      judged.set(query, judgements.set(document, Number(relevance)))
    } else if (number > 1) {
      throw new Error(`${file}, line ${number}: not query, document and relevance between tabs`)
    }
  }
  return judged
}

function fieldsOf(text: string): (string | undefined)[] {
  const fields = text.split('\t')
  if (fields.length === 3) return fields
  const [query, iteration, document, relevance, ...more] =
    fields.length === 4 ? fields : text.trim().split(/\s+/)
  return more.length === 0 && relevance !== undefined && iteration !== undefined
    ? [query, document, relevance]
    : []
}
