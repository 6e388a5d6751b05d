/** Times of the life of a run, in milliseconds. */
export interface RunOptions {
  /**
   * How long a process that stopped renewing keeps its runs. With `sweepMs`, within which the next one finds them, it is
   * how long an answer stands still when its process dies. @default 4000
   */
  readonly leaseMs: number
  /** @default 1000 */
  readonly renewMs: number
  /** How often queued and abandoned runs are looked for. @default 500 */
  readonly sweepMs: number
  /** How long a run goes on that nobody follows. @default 60000 */
  readonly graceMs: number
  /** How long deltas are collected from one commit to the next. @default 15 */
  readonly coalesceMs: number
  /** How long cancel() waits for the process that works on the run. @default 6500, longer than a lease */
  readonly cancelMs: number
}

export const defaultRunOptions: RunOptions = {
  leaseMs: 4_000,
  renewMs: 1_000,
  sweepMs: 500,
  graceMs: 60_000,
  coalesceMs: 15,
  cancelMs: 6_500,
}
