import { type Problem, ProblemKind } from './validate.ts'

const MAX_PROBLEMS = 6
const MAX_SENTENCE = 240

const advice: Readonly<Record<ProblemKind, (problem: Problem) => string>> = {
  [ProblemKind.UNKNOWN_MARKER]: (p) =>
    `cites ${p.markers.map((m) => `[${m}]`).join('')}, but there is no such passage.`,
  [ProblemKind.UNCITED_CLAIM]: () => 'has no citation. Cite the passage that says it, or leave it out.',
  [ProblemKind.UNSUPPORTED_CLAIM]: (p) =>
    p.missing.length > 0
      ? `is not what the cited passage says: it does not contain ${p.missing.slice(0, 5).join(', ')}.`
      : 'is not what the cited passage says. Say only what the passage says, or leave it out.',
}

/** What a second attempt at the answer is told; empty where there is nothing to tell. */
export function feedbackFor(problems: readonly Problem[]): string {
  if (problems.length === 0) return ''
  const lines = problems.slice(0, MAX_PROBLEMS).map((p) => {
    const sentence = p.sentence.replace(/\s+/g, ' ')
    const shown = sentence.length > MAX_SENTENCE ? `${sentence.slice(0, MAX_SENTENCE)}…` : sentence
    return `- The sentence «${shown}» ${advice[p.kind](p)}`
  })
  return ['Your previous answer was rejected:', ...lines].join('\n')
}
