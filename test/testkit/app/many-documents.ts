import type { DocumentInput } from '../../../clients/typescript/generated/graphql.ts'

const words = (
  'harbour lantern granite meadow copper violin thunder orchard saffron glacier ' +
  'timber beacon pigment estuary compass velvet furnace heather quarry sextant'
).split(' ')

/** Documents of a few chunks each, which are the same in every run. */
export function manyDocuments(count: number, paragraphs = 12): DocumentInput[] {
  return Array.from({ length: count }, (_, document) => ({
    externalId: `document-${String(document).padStart(3, '0')}`,
    source: {
      text: Array.from(
        { length: paragraphs },
        (_paragraph, paragraph) =>
          `${Array.from({ length: 60 }, (_word, word) => words[(document * 7 + paragraph * 3 + word * word) % words.length]).join(' ')}. Number ${document * 1000 + paragraph}.`,
      ).join('\n\n'),
    },
  }))
}
