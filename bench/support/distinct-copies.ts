import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { murmur3 } from '../../src/retrieval/lexical/murmur3.ts'

const longWord = /[A-Za-z]{7,}/g

/**
 * The documents `count` times, each copy with texts and words of its own: it spells an eighth of the long words
 * backwards, others than the other copies do. Sizes, structure and the share of rare words stay as they are.
 */
export function* distinctCopies(
  documents: readonly DocumentInput[],
  count: number,
): Generator<DocumentInput> {
  for (let copy = 0; copy < count; copy++) {
    for (const document of documents) {
      if (copy === 0) yield document
      else yield copyOf(document, copy)
    }
  }
}

function copyOf(document: DocumentInput, copy: number): DocumentInput {
  const text = document.source.text?.replace(longWord, (word) =>
    murmur3(word, copy) % 8 === 0 ? [...word].reverse().join('') : word,
  )
  return { ...document, externalId: `${copy}/${document.externalId}`, source: { text: text ?? '' } }
}
