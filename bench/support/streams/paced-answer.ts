import type { DocumentInput } from '../../../clients/typescript/generated/graphql.ts'

/** What a stream asks for, in the words of its question: the upstream reads it there. */
export interface Pace {
  /** Names the stream to the upstream and to its client. */
  readonly stream: number
  readonly tokens: number
  /** Tokens in a second. */
  readonly rate: number
  /** What the upstream waits before the first. */
  readonly firstTokenMs: number
}

const facts = [
  'The Linnet rises in the Harrow hills and reaches the sea at Port Ambrose.',
  'Its mill at Low Barton ground barley for three hundred years.',
  'The toll bridge was built of grey stone and stands to this day.',
  'Barges carried salt upstream and returned with timber and slate.',
  'Every spring the meadows between the weirs are under water.',
  'The ferry at Nether Cross was pulled by a single horse.',
]

const neighbours = ['lighthouse', 'railway', 'quarry', 'abbey', 'market']

/** The facts in one document, and others that a search finds after it. */
export const documents: readonly DocumentInput[] = [
  { externalId: 'linnet', title: 'The river Linnet', source: { text: facts.join(' ') } },
  ...neighbours.map((subject) => ({
    externalId: subject,
    title: `The ${subject}`,
    source: {
      text: `The ${subject} of Harrow was described by travellers in detail. ${`Of the ${subject} they said that it was old, that few knew who had made it, and that its stones had come by the river. `.repeat(5)}`,
    },
  })),
]

export function questionOf({ stream, tokens, rate, firstTokenMs }: Pace): string {
  return `What is known of the Linnet, its mill and its bridge? (${stream}: ${tokens} at ${rate} after ${firstTokenMs})`
}

/** @returns null where the text is no such question */
export function paceIn(text: string): Pace | null {
  const found = /\((\d+): (\d+) at ([\d.]+) after ([\d.]+)\)/.exec(text)
  if (!found) return null
  const [stream = 0, tokens = 0, rate = 0, firstTokenMs = 0] = found.slice(1).map(Number)
  return { stream, tokens, rate, firstTokenMs }
}

/** Words of the facts in turn, each sentence with its marker: an answer that validation lets pass at once. */
export function answerTokens(count: number): readonly string[] {
  const words = facts.flatMap((fact) => `${fact.slice(0, -1)} [1].`.split(' '))
  return Array.from({ length: count }, (_, index) => {
    const word = words[index % words.length] ?? ''
    const last = index === count - 1
    return `${index === 0 ? '' : ' '}${last && !word.endsWith('[1].') ? '[1].' : word}`
  })
}

/** How long the answer is with each token. */
export function tokenEnds(tokens: readonly string[]): readonly number[] {
  let length = 0
  return tokens.map((token) => {
    length += token.length
    return length
  })
}
