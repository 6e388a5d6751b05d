import type { Database } from '../db/database.ts'
import { createCheckpointer } from '../db/migrate.ts'
import type { SalvageAnswer } from '../runs/run-work.ts'
import { inLanguageOf } from './grounding/in-language.ts'
import { validateAnswer } from './grounding/validate.ts'
import type { NodeDependencies } from './node.ts'
import { extractive } from './nodes/generate.ts'
import type { RunState } from './state.ts'

/** Validates what there is of an answer against the passages that the run has checkpointed. */
export function createSalvageAnswer({
  database,
  llm,
  analyze,
}: Pick<NodeDependencies, 'llm' | 'analyze'> & { readonly database: Database }): SalvageAnswer {
  return async (runId, text) => {
    const saved = await createCheckpointer(database.pool).getTuple({ configurable: { thread_id: runId } })
    const state: Partial<RunState> = saved?.checkpoint.channel_values ?? {}
    const { passages = [], draft = null, usage = null } = state
    const { citations } = validateAnswer({ text, passages, analyze: inLanguageOf(passages, analyze) })
    const model = draft?.model ?? llm?.model ?? extractive
    return {
      answer: { text, grounded: false, finishReason: 'CANCELLED', model, usage },
      citations: citations.filter((citation) => citation.verified),
    }
  }
}
