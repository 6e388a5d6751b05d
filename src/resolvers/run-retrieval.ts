import { NotFoundError } from '../errors.ts'
import type { Run } from '../generated/prisma/client.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import type { Context } from './context.ts'
import { loadHits } from './load-hits.ts'
import { loadRun } from './load-row.ts'

/** The evidence as it was stored: it is there even where the answer failed. Null until it was retrieved. */
export async function runRetrieval(run: Run, context: Context): Promise<Retrieval | null> {
  if (run.retrievalMode === null) return null
  return {
    mode: run.retrievalMode,
    underfilled: run.retrievalUnderfilled ?? false,
    hits: (await loadHits(context, run.id)) ?? [],
  }
}

/** For an event that says there is one. */
export async function retrievalOf(runId: string, context: Context): Promise<Retrieval> {
  const retrieval = await runRetrieval(await loadRun(context, runId), context)
  if (!retrieval) throw new NotFoundError('What the run retrieved is not there any more')
  return retrieval
}
