import type { DurableOptions, GroundwireClient } from '../../clients/typescript/client.ts'
import type { AskQuestionInput, RunPartsFragment } from '../../clients/typescript/generated/graphql.ts'
import type { Terminal } from './terminal.ts'
import { visibleText } from './visible-text.ts'
import { WordWrap } from './word-wrap.ts'

export interface StreamedAnswer {
  readonly run: Omit<RunPartsFragment, 'retrieval'>
  /** From the question to the first words and to the end. */
  readonly firstMs: number
  readonly totalMs: number
}

/**
 * Writes an answer as it comes. Elsewhere than on a terminal it is written once it is final: what a reset
 * withdraws must not end up in a file.
 */
export async function streamAnswer(
  client: GroundwireClient,
  input: AskQuestionInput,
  out: Terminal,
  options: DurableOptions,
  indent = '',
): Promise<StreamedAnswer> {
  const began = performance.now()
  let firstMs: number | undefined
  let wrap = new WordWrap(out.columns, indent)
  for await (const event of client.chat(input, options)) {
    switch (event.__typename) {
      case 'AnswerDelta':
        firstMs ??= performance.now() - began
        if (out.interactive) out.write(wrap.push(visibleText(event.text)))
        break
      case 'AnswerReset':
        if (!out.interactive) break
        out.line(wrap.end())
        out.line(indent + out.style('dim', `— withdrawn: ${visibleText(event.reason)}. Once more:`))
        wrap = new WordWrap(out.columns, indent)
        break
      case 'RunCompleted':
      case 'RunFailed':
      case 'RunCancelled': {
        const text = out.interactive ? '' : visibleText(event.run.answer?.text ?? '')
        out.line(wrap.push(text) + wrap.end())
        const totalMs = performance.now() - began
        return { run: event.run, firstMs: firstMs ?? totalMs, totalMs }
      }
    }
  }
  throw new Error('The stream ended without a last event')
}
