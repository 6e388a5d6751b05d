import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { murmur3 } from '../../src/retrieval/lexical/murmur3.ts'

const words =
  'account answer branch cable carbon client column coupling current engine factor filter grade harbour index '
;('journal kernel ledger letter limit margin marker market method mirror module motion number object orbit ')
;('packet pattern period pressure process protein quarter record region report sample schedule screen section ')
;('sensor series signal source station summary surface switch system table target temperature theory transfer ')
;('value vector vessel volume wagon water weight window winter')
const vocabulary = words.split(' ')

/** A text of its own for each number, always the same. */
function text(number: number, length: number): string {
  return Array.from(
    { length },
    (_, place) => vocabulary[murmur3(`${number} ${place}`, 7) % vocabulary.length],
  ).join(' ')
}

/** Passages of about 600 characters, a section each: 20 to a document, so that queue and transactions are not the most of it. */
const perDocument = 20

/** @param count a multiple of 20 */
export function* documentsOfPassages(count: number): Generator<DocumentInput> {
  for (let first = 0; first < count; first += perDocument) {
    const sections = Array.from({ length: perDocument }, (_, place) => {
      const number = first + place
      return `# Section ${number}\n\n${text(number, 85)}.\n\n`
    })
    yield {
      externalId: String(first),
      title: `Sections from ${first}`,
      mimeType: 'text/markdown',
      source: { text: sections.join('') },
    }
  }
}

export function questions(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `What is it with ${text(-1 - number, 6)}?`)
}
