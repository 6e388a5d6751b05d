import type { Hit } from '../retrieval/retrieval.ts'
import { batch } from './batch.ts'

/** What runs retrieved, by run, best first. Passages of documents that were deleted since are gone. */
export const loadHits = batch<string, Hit[]>(async ({ caller, services }, runIds) => {
  const rows = await services.database.prisma.runHit.findMany({
    where: { runId: { in: [...runIds] }, workspaceId: caller.workspaceId },
    orderBy: { rank: 'asc' },
    include: { chunk: true },
  })
  const hits = new Map<string, Hit[]>(runIds.map((id) => [id, []]))
  for (const { runId, rank, score, lexical, vector, rerank, chunk } of rows) {
    hits.get(runId)?.push({ rank, score, scores: { lexical, vector, rerank }, chunk })
  }
  return hits
})
