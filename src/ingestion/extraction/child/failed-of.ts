import { FailureCode, FailureError } from '../../../failure.ts'
import { saysOutOfMemory } from '../../parse/out-of-memory.ts'
import type { Failed } from '../wire.ts'

/** An error of a parser as a failure of its document. What no parser meant to throw is the document's doing, too. */
export function failedOf(error: unknown): Failed {
  if (error instanceof FailureError) return error.failure
  const stack = (error instanceof Error ? error.stack : undefined) ?? String(error)
  if (error instanceof RangeError && saysOutOfMemory(error.message)) {
    const message = 'The document needs more memory to parse than it may.'
    return { code: FailureCode.TooLarge, message, retryable: false }
  }
  const message = 'The document is broken in a way that its parser does not understand.'
  return { code: FailureCode.Unreadable, message, retryable: false, stack: stack.slice(0, 4_000) }
}
