import { storableText } from '../../lib/storable-text.ts'
import { ContextLengthError } from '../../providers/llm/context-length-error.ts'
import type { GenerationEvent, GenerationRequest, Llm, TokenUsage } from '../../providers/llm/llm.ts'
import { linksIn } from '../answer-stream/known-links.ts'
import { createLinkFilter } from '../answer-stream/link-filter.ts'
import { createMarkerFilter } from '../answer-stream/marker-filter.ts'
import { chained } from '../answer-stream/stream-filter.ts'
import { fitPrompt, shorterPrompt } from '../grounding/fit-prompt.ts'
import { isRefusal, NO_EVIDENCE } from '../grounding/no-evidence.ts'
import { type AnswerPrompt, answerMessages } from '../grounding/prompt.ts'
import type { GenerationLimits, NodeContext } from '../node.ts'
import { promptVersion } from '../prompt-files.ts'
import type { Draft, RunState } from '../state.ts'

export interface WrittenAnswer {
  readonly draft: Draft
  readonly usage: TokenUsage | null
  /** Those that the model was shown: markers name them, and no others. */
  readonly passages: RunState['passages']
}

/** Room for the answer where nobody says how long it may be. */
const answerTokens = 1_024

/** How much more than the bound allows is tried where a refusal costs a moment and passages cost the answer. */
const beyondBound = 1.5

/** Asks the model, and streams what may stand in the answer: no marker and no link that no passage has. */
export async function writeAnswer(
  llm: Llm,
  limits: GenerationLimits,
  state: RunState,
  { work, signal, write }: NodeContext,
): Promise<WrittenAnswer> {
  const { history, rejection } = state
  const { question, generation } = work.request
  const maxTokens = generation?.maxTokens ?? limits.maxTokens
  const whole: AnswerPrompt = {
    question,
    history,
    passages: state.passages,
    ...(rejection && { feedback: rejection.feedback }),
  }
  const options: Omit<GenerationRequest, 'messages'> = {
    affinity: work.conversationId,
    ...(generation?.model && { model: generation.model }),
    ...(maxTokens !== null && { maxTokens }),
    ...(typeof generation?.temperature === 'number' && { temperature: generation.temperature }),
  }
  const shown = fitContext(whole, llm, limits, options.model ?? llm.model, maxTokens ?? answerTokens)
  const { prompt, events, first } = await open(llm, shown, options, maxTokens ?? answerTokens, signal)

  const markers = createMarkerFilter(new Set(prompt.passages.map((passage) => passage.marker)))
  const links = createLinkFilter(linksIn(prompt.passages.map((passage) => passage.text)))
  const filter = chained([markers, links])
  const storable = storableText()
  let text = ''
  const stream = (piece: string) => {
    if (piece === '') return
    text += piece
    write(piece)
  }
  let finishReason: Draft['finishReason'] = 'STOP'
  let usage: TokenUsage | null = null
  for (let next = first; !next.done; next = await events.next()) {
    const event = next.value
    if (event.type === 'delta') stream(filter.feed(storable.push(event.text)))
    else ({ finishReason, usage } = event)
  }
  stream(filter.feed(storable.flush()))
  stream(filter.end())
  // A generator that was closed by the abort ends without an error; half an answer must not pass for one.
  signal.throwIfAborted()
  // One that was cut before it said anything is not one that found nothing.
  if (text.trim() === '' && finishReason !== 'LENGTH') {
    stream(NO_EVIDENCE)
    finishReason = 'NO_EVIDENCE'
  } else if (isRefusal(text)) finishReason = 'NO_EVIDENCE'
  const draft: Draft = {
    text,
    finishReason,
    model: generation?.model ?? llm.model,
    extracted: null,
    removedMarkers: markers.removed,
    removedLinks: links.removed,
    promptVersion,
  }
  return { draft, usage, passages: prompt.passages }
}

/** Cut to what is configured, else to what the server says of its model, else as it is. */
function fitContext(
  prompt: AnswerPrompt,
  llm: Llm,
  { contextTokens }: GenerationLimits,
  model: string,
  answer: number,
): AnswerPrompt {
  const context = contextTokens ?? llm.contextTokens?.(model) ?? null
  if (context === null) return prompt
  const room = context - Math.min(answer, Math.floor(context / 2))
  // The bound is about twice what a text has. A server that gave the number also says where that is still too much.
  return fitPrompt(prompt, contextTokens === null ? room * beyondBound : room)
}

/** Resolves with the first event; a prompt that is too long is cut and sent again, once. */
async function open(
  llm: Llm,
  prompt: AnswerPrompt,
  options: Omit<GenerationRequest, 'messages'>,
  answer: number,
  signal: AbortSignal,
): Promise<{
  prompt: AnswerPrompt
  events: AsyncGenerator<GenerationEvent, void, void>
  first: IteratorResult<GenerationEvent, void>
}> {
  const start = async (shown: AnswerPrompt) => {
    const events = llm.generate({ messages: answerMessages(shown), ...options }, signal)
    return { prompt: shown, events, first: await events.next() }
  }
  try {
    return await start(prompt)
  } catch (error) {
    if (!(error instanceof ContextLengthError)) throw error
    const shorter = shorterPrompt(prompt, error, answer)
    if (!shorter) throw error
    return start(shorter)
  }
}
