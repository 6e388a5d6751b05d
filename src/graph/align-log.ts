import type { Queryable } from '../db/database.ts'
import type { RunLog } from '../runs/run-work.ts'
import type { RunState } from './state.ts'

/**
 * Brings the log in line with a state that was checkpointed: the evidence, and exactly the text of the draft. Where
 * the log is merely behind, the rest is appended; where it says something else, it is withdrawn first. In the normal
 * course there is nothing to do but to announce the sources, with whose commit goes what `besideSources` writes.
 */
export async function alignLog(
  log: RunLog,
  state: RunState,
  reason: string,
  besideSources?: (client: Queryable) => Promise<unknown>,
): Promise<void> {
  if (state.sources && !log.hasSources) await log.sources(state.sources, besideSources)
  const text = state.draft?.text ?? ''
  if (!text.startsWith(log.text)) log.reset(reason)
  log.delta(text.slice(log.text.length))
}
