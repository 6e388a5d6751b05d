import type { DocumentInput } from '../../../clients/typescript/generated/graphql.ts'
import { between, seededRandom } from './random.ts'

/** What is sent together, in the order in which it is sent: documents, later contents of some, and deletions. */
export interface Step {
  readonly documents: readonly DocumentInput[]
  /** By external id, of documents that an earlier step sent. */
  readonly deletions: readonly string[]
}

const syllables = 'ka lo mi ter an dor vel su pra nek ti bo gran el wi sha our zen fi lum'.split(' ')
/** Scripts that are cut into terms and chunks in other ways. */
const strange = ['灯台は岬に立つ。', 'маяк стоит на мысу', '🏔️👩‍🚀 e\u0301tude', 'ประภาคารตั้งอยู่บนแหลม']

/**
 * A corpus of `count` documents in steps of `stepSize`. A fifth get a second content two steps later, a tenth are
 * deleted three steps later, so that they are met in every state. The same for the same arguments.
 */
export function chaosCorpus(count: number, seed: number, stepSize = 20): Step[] {
  const random = seededRandom(seed)
  const steps: { documents: DocumentInput[]; deletions: string[] }[] = []
  const stepAt = (index: number) => {
    const step = steps[index] ?? { documents: [], deletions: [] }
    steps[index] = step
    return step
  }
  for (let each = 0; each < count; each += 1) {
    const at = Math.floor(each / stepSize)
    const externalId = `document-${String(each).padStart(4, '0')}`
    const document = documentOf(random, externalId)
    stepAt(at).documents.push(document)
    if (each % 5 === 1) stepAt(at + 2).documents.push(changed(random, document))
    if (each % 10 === 4) stepAt(at + 3).deletions.push(externalId)
  }
  return Array.from(steps, (step) => step ?? { documents: [], deletions: [] })
}

function documentOf(random: () => number, externalId: string): DocumentInput {
  const markdown = random() < 0.5
  const sections = Array.from({ length: between(random, 1, 9) }, () => {
    const body = Array.from({ length: between(random, 1, 4) }, () => paragraph(random)).join('\n\n')
    return markdown ? `## ${sentence(random, 3)}\n\n${body}` : body
  })
  return {
    externalId,
    mimeType: markdown ? 'text/markdown' : 'text/plain',
    metadata: { group: between(random, 0, 5) },
    source: { text: `${markdown ? `# ${sentence(random, 4)}\n\n` : ''}${sections.join('\n\n')}` },
  }
}

/** The same document with one more section, and one paragraph less. */
function changed(random: () => number, document: DocumentInput): DocumentInput {
  const parts = (document.source.text ?? '').split('\n\n')
  const kept = parts.length > 3 ? parts.toSpliced(between(random, 1, parts.length), 1) : parts
  return { ...document, source: { text: [...kept, paragraph(random)].join('\n\n') } }
}

function paragraph(random: () => number): string {
  const sentences = Array.from({ length: between(random, 2, 8) }, () =>
    sentence(random, between(random, 6, 18)),
  )
  if (random() < 0.1) sentences.push(strange[between(random, 0, strange.length)] ?? '')
  return `${sentences.join('. ')}.`
}

function sentence(random: () => number, words: number): string {
  return Array.from({ length: words }, () =>
    Array.from({ length: between(random, 2, 4) }, () => syllables[between(random, 0, syllables.length)]).join(
      '',
    ),
  ).join(' ')
}
