/** Times of the life of a run, in milliseconds. */
export interface RunOptions {
  /** How long a process that stopped renewing keeps its runs. @default 5000 */
  readonly leaseMs: number
  /** @default 1500 */
  readonly renewMs: number
  /** How often queued and abandoned runs are looked for. @default 1000 */
  readonly sweepMs: number
  /** How long a run goes on that nobody follows. @default 60000 */
  readonly graceMs: number
  /** How long deltas are collected before they are committed. @default 20 */
  readonly coalesceMs: number
  /** How long cancel() waits for the process that works on the run. @default 6500, longer than a lease */
  readonly cancelMs: number
}

export const defaultRunOptions: RunOptions = {
  leaseMs: 5_000,
  renewMs: 1_500,
  sweepMs: 1_000,
  graceMs: 60_000,
  coalesceMs: 20,
  cancelMs: 6_500,
}
