import type { Prisma } from '../generated/prisma/client.ts'
import { batch } from './batch.ts'

export type Citation = Prisma.RunCitationGetPayload<{ include: { chunk: true } }>

/** What answers cite, by run, in the order of the text. */
export const loadCitations = batch<string, Citation[]>(async ({ caller, services }, runIds) => {
  const rows = await services.database.prisma.runCitation.findMany({
    where: { runId: { in: [...runIds] }, workspaceId: caller.workspaceId },
    orderBy: { ordinal: 'asc' },
    include: { chunk: true },
  })
  const citations = new Map<string, Citation[]>(runIds.map((id) => [id, []]))
  for (const row of rows) citations.get(row.runId)?.push(row)
  return citations
})
