import type { ExtractedSentence } from '../grounding/extract.ts'
import { feedbackFor } from '../grounding/feedback.ts'
import { inLanguageOf } from '../grounding/in-language.ts'
import type { Passage } from '../grounding/passage.ts'
import { validateAnswer } from '../grounding/validate.ts'
import type { NodeDependencies, RunNode } from '../node.ts'
import type { Approval } from '../state.ts'

const maxAttempts = 2
const withdrawn = 'A part of the answer was not supported by the passages it cited; it is written again.'

/** Lets a draft pass, or withdraws it once: the second one stays, and says whether it is grounded. */
export function validate({ analyze }: Pick<NodeDependencies, 'analyze'>): RunNode {
  return async ({ draft, passages, attempts }) => {
    if (!draft) throw new Error('There is no draft to validate')
    // It claims nothing, so nothing in it lacks support.
    if (draft.finishReason === 'NO_EVIDENCE') return { approval: { grounded: true, citations: [] } }
    if (draft.extracted) return { approval: approveExtract(draft.extracted, passages) }
    const { citations, grounded, problems } = validateAnswer({
      text: draft.text,
      passages,
      analyze: inLanguageOf(passages, analyze),
    })
    if (grounded || attempts >= maxAttempts) return { approval: { grounded, citations } }
    return { draft: null, rejection: { feedback: feedbackFor(problems), reason: withdrawn } }
  }
}

/** Looks every quote up once more: what an extract says must stand in the passage, word for word. */
function approveExtract(extracted: readonly ExtractedSentence[], passages: readonly Passage[]): Approval {
  const citations = extracted.map(({ marker, quote, start, end }) => {
    const passage = passages.find((each) => each.marker === marker)
    const verified =
      passage !== undefined && passage.text.slice(start - passage.start, end - passage.start) === quote
    return { marker, chunkId: passage?.chunkId ?? null, quote, start, end, verified }
  })
  return { grounded: citations.every((citation) => citation.verified), citations }
}
