import { UpstreamFault } from '../upstream/faults.ts'
import type { Subject } from '../upstream/subject.ts'
import { rejected, type UpstreamError, unavailable } from '../upstream/upstream-error.ts'

type Verdict = 'STOP' | 'LENGTH' | ((subject: Subject) => UpstreamError)

const brokenOff: Verdict = (subject) =>
  unavailable(subject, 'broke the answer off', {
    detail: 'finish_reason abort',
    fault: UpstreamFault.BrokenOff,
  })
const wantsTool: Verdict = (subject) =>
  rejected(subject, 'called a tool where text was asked for', 'finish_reason tool_calls', {
    fault: UpstreamFault.NoAnswer,
  })

/** OpenAI's reasons and those that compatible servers add. */
const verdicts: Readonly<Record<string, Verdict>> = {
  stop: 'STOP',
  eos_token: 'STOP',
  stop_sequence: 'STOP',
  length: 'LENGTH',
  content_filter: (subject) =>
    rejected(subject, 'withheld the answer (content filter)', 'finish_reason content_filter', {
      fault: UpstreamFault.NoAnswer,
    }),
  tool_calls: wantsTool,
  function_call: wantsTool,
  // vLLM's, when the server cancels a request.
  abort: brokenOff,
  error: brokenOff,
}

/** @throws UpstreamError for any reason that does not say the answer is whole or cut at its length. */
export function readFinishReason(reason: string, subject: Subject): 'STOP' | 'LENGTH' {
  // Own keys only: a server's "constructor" is no verdict.
  const verdict = Object.hasOwn(verdicts, reason) ? verdicts[reason] : undefined
  if (verdict === undefined) {
    throw rejected(subject, 'ended the answer for an unknown reason', 'finish_reason unknown', {
      fault: UpstreamFault.NoAnswer,
    })
  }
  if (typeof verdict === 'function') throw verdict(subject)
  return verdict
}
