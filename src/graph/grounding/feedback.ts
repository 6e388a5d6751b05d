import { type Problem, ProblemKind } from './validate.ts'

const MAX_PROBLEMS = 6
const MAX_SENTENCE = 240

const advice: Readonly<Record<ProblemKind, (problem: Problem) => string>> = {
  [ProblemKind.UNKNOWN_MARKER]: (p) =>
    `cites ${p.markers.map((m) => `[${m}]`).join('')}, but there is no such passage.`,
  [ProblemKind.UNCITED_CLAIM]: () => 'has no citation. Cite the passage that says it, or leave it out.',
  [ProblemKind.UNSUPPORTED_FRAME]: () => 'states something that no passage says. Leave it out.',
  [ProblemKind.UNSUPPORTED_CLAIM]: (p) =>
    p.missing.length > 0
      ? `is not what the cited passage says: it does not contain ${p.missing.slice(0, 5).join(', ')}.`
      : 'is not what the cited passage says. Say only what the passage says, or leave it out.',
}

/** What was taken out of an answer. */
export interface Removed {
  readonly removedMarkers?: readonly number[]
  readonly removedLinks?: number
}

/** What a second attempt at the answer is told; empty where there is nothing to tell. */
export function feedbackFor(problems: readonly Problem[], removed: Removed = {}): string {
  if (problems.length === 0) return ''
  const { removedMarkers = [], removedLinks = 0 } = removed
  const lines = problems.slice(0, MAX_PROBLEMS).map((p) => {
    const sentence = p.sentence.replace(/\s+/g, ' ')
    const shown = sentence.length > MAX_SENTENCE ? `${sentence.slice(0, MAX_SENTENCE)}…` : sentence
    return `- The sentence «${shown}» ${advice[p.kind](p)}`
  })
  if (removedMarkers.length > 0) {
    const numbers = [...new Set(removedMarkers)].slice(0, MAX_PROBLEMS).map((n) => `[${n}]`)
    lines.push(`- It cites ${numbers.join('')}, but there is no such passage.`)
  }
  if (removedLinks > 0) lines.push('- It has a link that no passage contains.')
  return ['Your previous answer was rejected:', ...lines].join('\n')
}
