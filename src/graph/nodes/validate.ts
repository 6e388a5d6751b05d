import { inTurns } from '../../lib/in-turns.ts'
import { untilAborted } from '../../lib/until-aborted.ts'
import type { StoredCitation } from '../../runs/run-work.ts'
import type { ExtractedSentence } from '../grounding/extract.ts'
import { feedbackFor } from '../grounding/feedback.ts'
import { inLanguageOf } from '../grounding/in-language.ts'
import { NO_EVIDENCE } from '../grounding/no-evidence.ts'
import type { Passage } from '../grounding/passage.ts'
import { validation } from '../grounding/validate.ts'
import type { NodeDependencies, RunNode } from '../node.ts'
import type { Approval } from '../state.ts'

const maxAttempts = 2
const withdrawn = 'A part of the answer was not supported by the passages it cited; it is written again.'

/** Lets a draft pass, or withdraws it once: the second one stays, and says whether it is grounded. */
export function validate({ analyze, loadTexts }: Pick<NodeDependencies, 'analyze' | 'loadTexts'>): RunNode {
  return async ({ draft, passages, attempts, query }, { work, recorded, signal }) => {
    if (!draft) throw new Error('There is no draft to validate')
    // It claims nothing, so nothing in it lacks support.
    if (draft.text === NO_EVIDENCE) return { approval: { grounded: true, citations: [] } }
    // Recorded beside the workflow: before that, a replaced document takes its passages along.
    await untilAborted(recorded, signal)
    const stored = await loadTexts(
      work.caller.workspaceId,
      passages.map((passage) => passage.chunkId),
    )
    if (draft.extracted) {
      return { approval: checkStored(approveExtract(draft.extracted, passages), stored) }
    }
    const question = `${work.request.question}\n${query ?? ''}`
    const analyzeIn = inLanguageOf(passages, analyze)
    const { citations, grounded, problems } = await inTurns(
      validation({ text: draft.text, passages, analyze: analyzeIn, question }),
    )
    const approval = checkStored({ grounded: grounded && draft.text.trim() !== '', citations }, stored)
    // What was cut at its length would be cut again.
    const isFinal = grounded || attempts >= maxAttempts || draft.finishReason === 'LENGTH'
    // A refusal that states something is none.
    const isNoRefusal = !grounded && draft.finishReason === 'NO_EVIDENCE'
    if (isFinal) return { approval, ...(isNoRefusal && { draft: { ...draft, finishReason: 'STOP' } }) }
    return { draft: null, rejection: { feedback: feedbackFor(problems, draft), reason: withdrawn } }
  }
}

/** Looks every quote up in the passage as it is stored now: what was deleted meanwhile verifies nothing. */
function checkStored(
  { grounded, citations }: Approval,
  stored: ReadonlyMap<string, { readonly text: string; readonly start: number }>,
): Approval {
  const holds = ({ chunkId, quote, start, end }: StoredCitation) => {
    const passage = chunkId === null ? undefined : stored.get(chunkId)
    if (!passage || quote === null || start === null || end === null) return false
    return passage.text.slice(start - passage.start, end - passage.start) === quote
  }
  const checked = citations.map((each) => ({ ...each, verified: each.verified && holds(each) }))
  const lost = checked.some(({ verified }, i) => !verified && citations[i]?.verified)
  return { grounded: grounded && !lost, citations: checked }
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
