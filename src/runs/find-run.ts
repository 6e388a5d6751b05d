import type { Caller } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { NotFoundError } from '../errors.ts'
import type { Run } from '../generated/prisma/client.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether it can be the id of a row at all: PostgreSQL refuses to compare anything else. */
export function isRowId(id: string): boolean {
  return uuid.test(id)
}

/** @throws NotFoundError */
export async function findRun({ prisma }: Database, caller: Caller, runId: string): Promise<Run> {
  const { workspaceId } = caller
  const run = isRowId(runId) ? await prisma.run.findFirst({ where: { id: runId, workspaceId } }) : null
  if (!run) throw new NotFoundError('There is no such run')
  return run
}

export function hasEnded(run: Pick<Run, 'status'>): boolean {
  return run.status !== 'QUEUED' && run.status !== 'RUNNING'
}
