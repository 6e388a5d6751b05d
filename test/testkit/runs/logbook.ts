import type { DocumentInput } from '../../../clients/typescript/generated/graphql.ts'
import { between, seededRandom } from '../chaos/random.ts'

const entries: readonly string[] = [
  'The lighthouse logbook notes a red lantern in January',
  'The lighthouse logbook notes a broken mirror in February',
  'The lighthouse logbook notes nine barrels of oil in March',
  'The lighthouse logbook notes a stranded whale in April',
  'The lighthouse logbook notes a visit of the bishop in May',
  'The lighthouse logbook notes fresh paint on the gallery in June',
  'The lighthouse logbook notes a thunderstorm from Norway in July',
  'The lighthouse logbook notes two lost anchors in August',
  'The lighthouse logbook notes a wedding on the rocks in September',
  'The lighthouse logbook notes a new fog bell in October',
  'The lighthouse logbook notes a silent radio in November',
  'The lighthouse logbook notes snow on the lens in December',
]

/** One passage, which each of its sentences in any order can cite. */
export const logbook: DocumentInput = { externalId: 'logbook', source: { text: `${entries.join('. ')}.` } }

/** One question of its own for each number. */
export function questionOf(number: number): string {
  return `What does the lighthouse logbook note? Reader ${number} asks.`
}

/** Another text for each attempt at each answer, all of them supported by the passage. */
export function answerOf(question: string, attempt: number): string {
  const seed = Array.from(question).reduce((sum, { length }, at) => sum + length * question.charCodeAt(at), 0)
  const random = seededRandom(seed * 31 + attempt)
  const left = [...entries]
  const order = entries.map(() => left.splice(between(random, 0, left.length), 1)[0] ?? '')
  return order.map((entry) => `${entry} [1].`).join(' ')
}
