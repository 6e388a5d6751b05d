import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seeded } from './random.ts'

/** A document whose text is its passages, one after the other. */
export interface RecombinedDocument {
  readonly title: string
  readonly passages: readonly string[]
}

/** A sentence in pieces: every second one is a name. */
type Sentence = readonly string[]

interface Article {
  readonly title: string
  readonly sentences: readonly Sentence[]
}

export const passagesOfDocument = 5
const sentencesOfPassage = 5
/** Of a passage's sentences, those of the document's article; the others are of any. */
const ownPart = 0.6
/** A word with a capital inside a sentence. */
const name = /(?<=[\p{Ll},;] )(\p{Lu}\p{L}{2,})/u
const syllables = [
  'an',
  'bor',
  'cel',
  'dun',
  'eth',
  'fol',
  'gar',
  'hin',
  'iso',
  'jur',
  'kel',
  'lor',
  'mun',
  'nav',
  'oth',
  'pel',
]

/**
 * Any number of documents from the sentences of a small corpus. Common words keep their share. Names do not: as in a
 * corpus that grows, most of the further documents are about others, so each document has a world, the k-th with a
 * share of 1/k, and outside the first one names end in the world's syllables. Questions ask about the first.
 */
export function recombine(folder: string, passages: number): (number: number) => RecombinedDocument {
  const articles = readArticles(folder)
  const all = articles.flatMap(({ sentences }) => sentences)
  const worlds = Math.max(1, Math.round(passages / 2_000))
  const logWorlds = Math.log(worlds + 1)
  return (number) => {
    const random = seeded(Math.imul(number + 1, 0x85ebca6b))
    // Of the inverse of the distribution: shares of 1/k.
    const world = Math.floor(Math.exp(random() * logWorlds)) - 1
    const suffix = world <= 0 ? '' : wordOf(world)
    const article = pick(articles, random())
    const sentence = () => {
      const from = random() < ownPart ? (article?.sentences ?? all) : all
      return spell(pick(from, random()) ?? [], suffix)
    }
    const passage = () => Array.from({ length: sentencesOfPassage }, sentence).join(' ')
    return {
      title: `${article?.title ?? ''} ${suffix}`.trim(),
      passages: Array.from({ length: passagesOfDocument }, passage),
    }
  }
}

function readArticles(folder: string): Article[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
  const articles = new Map<string, Sentence[]>()
  for (const line of readFileSync(join(folder, 'corpus.jsonl'), 'utf8').split('\n')) {
    if (line.trim() === '') continue
    const { title = '', text } = JSON.parse(line) as { title?: string; text: string }
    const sentences = articles.get(title) ?? []
    for (const { segment } of segmenter.segment(text)) sentences.push(segment.trim().split(name))
    articles.set(title, sentences)
  }
  return [...articles].map(([title, sentences]) => ({ title, sentences }))
}

function spell(sentence: Sentence, suffix: string): string {
  if (suffix === '') return sentence.join('')
  return sentence.map((piece, index) => (index % 2 === 0 ? piece : piece + suffix)).join('')
}

/** A number in syllables. */
function wordOf(number: number): string {
  let word = ''
  for (let rest = number; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word += syllables[rest % syllables.length]
  }
  return word
}

function pick<T>(items: readonly T[], at: number): T | undefined {
  return items[Math.floor(at * items.length)]
}
