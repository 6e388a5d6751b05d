import { AppError, BadUserInputError, NotFoundError, UnavailableError } from '../errors.ts'
import { type Failure, FailureCode, FailureError } from '../failure.ts'

/** What a client may read of an error, or null where it must not see it: that one is logged and masked. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof FailureError) return error.failure
  // The collection was deleted while the run was queued or at work.
  if (error instanceof NotFoundError || error instanceof BadUserInputError) {
    return { code: FailureCode.InvalidInput, message: error.message, retryable: false }
  }
  if (error instanceof UnavailableError) {
    return { code: FailureCode.UpstreamUnavailable, message: error.message, retryable: true }
  }
  if (error instanceof AppError) {
    return { code: FailureCode.Internal, message: error.message, retryable: error.retryable }
  }
  return null
}

export const internalFailure: Failure = {
  code: FailureCode.Internal,
  message: 'The answer failed for an internal reason. It was logged.',
  retryable: true,
}

export const interruptedFailure: Failure = {
  code: FailureCode.Interrupted,
  message: 'The processes that worked on the answer stopped, time after time.',
  retryable: true,
}
