import type { LeaseRow } from '../db/sql/run-lease.ts'

/** The right to write a run's events. Each acquisition has a token of its own. */
export interface Lease {
  readonly runId: string
  readonly workspaceId: string
  readonly token: string
  /** How often the run was taken over from a process that died. */
  readonly takeovers: number
  readonly cancelRequested: boolean
}

/** Another process works on the run now, or it has ended: nothing more may be written. */
export class LeaseLostError extends Error {
  constructor(runId: string) {
    super(`The lease of run ${runId} is lost`)
    this.name = 'LeaseLostError'
  }
}

export function leaseOf(row: LeaseRow): Lease {
  return {
    runId: row.id,
    workspaceId: row.workspace_id,
    token: row.lease,
    takeovers: row.takeovers,
    cancelRequested: row.cancel_requested,
  }
}
