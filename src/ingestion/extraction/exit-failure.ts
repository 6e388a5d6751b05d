import { FailureCode, FailureError } from '../../failure.ts'
import type { ExtractionLimits } from './extraction-limits.ts'

/** How a child ended by itself, or by somebody else than us. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last of what it wrote on standard error. */
  readonly stderr: string
  /** Whether it had taken the document. */
  readonly accepted: boolean
}

/** What V8 and Node print when they end for want of memory. */
const OUT_OF_MEMORY = /out of memory|allocation failed|memory_allocation_failed/i
/** What a person, a supervisor or the kernel sends. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])

/** What the end of its child means for a document. */
export function exitFailure(
  { signal, stderr, accepted }: ProcessExit,
  limits: ExtractionLimits,
): FailureError {
  if (signal === 'SIGXCPU') return timeoutFailure(limits)
  if (OUT_OF_MEMORY.test(stderr)) return memoryFailure(limits)
  if ((signal && FROM_OUTSIDE.has(signal)) || !accepted) return interruptedFailure()
  return new FailureError(FailureCode.Unreadable, 'The document makes its parser crash.')
}

export function timeoutFailure({ wallMs, cpuSeconds }: ExtractionLimits): FailureError {
  return new FailureError(
    FailureCode.Timeout,
    `The document takes too long to parse: it may take ${wallMs / 1_000} s, and compute for ${cpuSeconds} s.`,
  )
}

export function memoryFailure({ memoryBytes }: ExtractionLimits): FailureError {
  const most = Math.floor(memoryBytes / 1024 / 1024)
  return new FailureError(
    FailureCode.TooLarge,
    `The document needs more memory to parse than it may: ${most} MiB.`,
  )
}

export function interruptedFailure(): FailureError {
  return new FailureError(FailureCode.Interrupted, 'The process that parsed the document was ended.', {
    retryable: true,
  })
}

export function protocolFailure(): FailureError {
  return new FailureError(FailureCode.Unreadable, 'The document makes its parser answer with nonsense.')
}
