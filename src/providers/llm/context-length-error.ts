import { FailureCode } from '../../failure.ts'
import { UpstreamFault } from '../upstream/faults.ts'
import type { Subject } from '../upstream/subject.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

/** What the server said of the sizes, in tokens. Null where it does not say; some versions of vLLM say it wrong. */
export interface ContextSizes {
  readonly promptTokens: number | null
  readonly contextTokens: number | null
}

/**
 * The prompt, with the room asked for the answer, does not fit into the model's context. The same request brings
 * the same answer; a shorter one can succeed.
 */
export class ContextLengthError extends UpstreamError implements ContextSizes {
  readonly promptTokens: number | null
  readonly contextTokens: number | null

  constructor(subject: Subject, sizes: ContextSizes) {
    const { promptTokens, contextTokens } = sizes
    const of = contextTokens === null ? '' : ` (${contextTokens} tokens)`
    super(
      FailureCode.UpstreamRejected,
      `The question and its passages do not fit into the context of the ${subject.name}${of}.`,
      {
        retryable: false,
        blamesAddress: false,
        detail: 'context length',
        fault: UpstreamFault.ContextLength,
      },
    )
    this.name = 'ContextLengthError'
    this.promptTokens = promptTokens
    this.contextTokens = contextTokens
  }
}
