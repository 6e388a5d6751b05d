import type { GroundwireClient } from '../../clients/typescript/client.ts'
import type { AskQuestionInput } from '../../clients/typescript/generated/graphql.ts'
import { blankMarkers } from '../../src/graph/grounding/markers.ts'
import { sentencesOf } from '../../src/graph/grounding/sentences.ts'
import { holdsAnswer } from './gold-answers.ts'

export interface MeasuredAnswer {
  /** False where the run said that there is no evidence. */
  readonly answered: boolean
  /** One of the right answers is inside, word for word. */
  readonly right: boolean
  /** One of them is inside a passage that was retrieved: more than that no choice of sentences can reach. */
  readonly retrieved: boolean
  readonly sentences: number
  readonly characters: number
  /** The run calls itself grounded, and each citation is verified and stands in its passage. */
  readonly proven: boolean
  /** From the request to the whole answer. */
  readonly ms: number
  readonly text: string
}

/** Asks through GraphQL as an application does. @throws where a run ends without an answer */
export async function measureAnswer(
  client: GroundwireClient,
  input: AskQuestionInput,
  right: readonly string[],
): Promise<MeasuredAnswer> {
  const began = performance.now()
  const { answer, failure, retrieval } = await client.ask(input)
  const ms = performance.now() - began
  if (!answer) throw new Error(`${input.question}: ${failure?.message ?? 'the run ended without an answer'}`)
  // Without its citations: an answer may go over from one sentence to the next.
  const text = blankMarkers(answer.text).replace(/[ \t]+/g, ' ')
  const passages = retrieval?.hits.map(({ chunk }) => chunk.text) ?? []
  return {
    answered: answer.finishReason !== 'NO_EVIDENCE',
    right: answer.finishReason !== 'NO_EVIDENCE' && holdsAnswer(text, right),
    retrieved: passages.some((passage) => holdsAnswer(passage, right)),
    sentences: sentencesOf(text).length,
    characters: text.trim().length,
    proven: answer.grounded && answer.citations.every(isProven),
    ms,
    text: answer.text,
  }
}

function isProven({
  verified,
  quote,
  start,
  chunk,
}: {
  readonly verified: boolean
  readonly quote?: string | null | undefined
  readonly start?: number | null | undefined
  readonly chunk?: { readonly text: string; readonly start: number } | null | undefined
}): boolean {
  if (!verified || !quote || !chunk || start === null || start === undefined) return false
  return chunk.text.startsWith(quote, start - chunk.start)
}
