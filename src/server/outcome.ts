import { codeOf } from './mask-error.ts'
import { isAbort, rootCause } from './root-cause.ts'

/** How an operation ended: `ok`, `aborted`, or the lower-cased code of its first error. */
export function outcomeOf(result: unknown): string {
  const error = firstError(result)
  return error === undefined ? 'ok' : outcomeOfError(error)
}

export function outcomeOfError(error: unknown): string {
  return isAbort(rootCause(error)) ? 'aborted' : codeOf(error).toLowerCase()
}

/** Of an execution result; streams have none until they run. */
export function firstError(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('errors' in result)) return undefined
  return Array.isArray(result.errors) ? result.errors[0] : undefined
}
